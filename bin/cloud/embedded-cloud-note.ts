import type { Cloud } from '../../presence/lwt-options';
import { isLocalCloudRunning, readLocalCloud } from '../device/local-cloud';

const CLOUDS = {
  aws: { name: 'AWS', variable: 'AWS_ENDPOINT_URL' },
  azure: { name: 'Azure', variable: 'AZURE_ENDPOINT_URL' },
} as const;

/** Says on standard error which cloud is asked, where an embedded one runs that somebody may have meant. */
export function noteEmbeddedCloud(cloud: Cloud, state: string): void {
  const control = controlOf(cloud, state);
  if (control === undefined) return;
  const { name, variable } = CLOUDS[cloud];
  process.stderr.write(
    `note: this asks ${name} itself; the embedded cloud of ${state} is asked with ${variable}=${control}\n`,
  );
}

function controlOf(cloud: Cloud, state: string): string | undefined {
  try {
    if (!isLocalCloudRunning(state)) return undefined;
    const local = readLocalCloud(state);
    return local[cloud] === undefined ? undefined : local.control;
  } catch {
    // A state folder that cannot be read is none of the other cloud's business.
    return undefined;
  }
}

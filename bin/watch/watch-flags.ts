import type { Cloud } from '../../presence/lwt-options';
import type { CloudFlags } from '../cloud/cloud-flags';
import type { ConnectionFlags } from '../device/flags';
import { connectPortOption } from '../option-values';
import type { TopicFlags } from './watch-topics';

/** What can be watched. */
export type WatchTarget = Cloud | 'local';

/** Flags of `lastwill watch`. */
export interface WatchFlags
  extends Omit<ConnectionFlags, 'clientId' | 'local' | 'websocket' | 'username'>,
    TopicFlags,
    CloudFlags {
  readonly as?: string;
  readonly store: string;
  readonly json?: boolean;
}

/** What is wrong with the flags before anything is asked. */
export function flagProblems(target: WatchTarget, flags: WatchFlags): string[] {
  const { as, cert, certificatesPath } = flags;
  const problems: string[] = [];
  if (as === undefined && target === 'azure') {
    problems.push(
      '--as must be given: the name of the client that watches; it needs a Subscriber binding, see docs/watch.md',
    );
  }
  if (as === undefined && target !== 'azure' && (cert !== undefined || certificatesPath !== undefined)) {
    problems.push('--as must be given with a certificate: the name of the thing that watches');
  }
  for (const [flag, value, cloud] of [
    ['--region', flags.region, 'aws'],
    ['--subscription', flags.subscription, 'azure'],
    ['--resource-group', flags.resourceGroup, 'azure'],
    ['--namespace', flags.namespace, 'azure'],
  ] as const) {
    if (value !== undefined && target !== cloud)
      problems.push(`${flag} must be given with ${cloud}, not with ${target}`);
  }
  return problems;
}

/** @throws LastwillError OPTION_INVALID */
export function portOf({ port }: WatchFlags): number | undefined {
  return port === undefined ? undefined : connectPortOption('--port')(port);
}

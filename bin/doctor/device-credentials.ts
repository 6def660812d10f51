import { join } from 'node:path';
import type { Cloud } from '../../presence/lwt-options';
import { deviceDirectory, readIfPresent, STORE_FILES } from '../store/store';

/** What the store holds of a device, in PEM. */
export interface DeviceCredentials {
  readonly certificate?: string;
  readonly privateKey?: string;
  /** Where they lie, or should. */
  readonly directory: string;
}

/** Names that a folder of the store can have. */
const FOLDER_NAME = /^(?!\.\.?$)[-a-zA-Z0-9:._]{1,128}$/;

/** Reads what a store holds of a device. */
export function deviceCredentials(store: string, cloud: Cloud, device: string): DeviceCredentials {
  const directory = deviceDirectory(store, cloud, device);
  if (!FOLDER_NAME.test(device)) return { directory };
  const certificate = readIfPresent(join(directory, STORE_FILES.certificate));
  const privateKey = readIfPresent(join(directory, STORE_FILES.privateKey));
  return {
    directory,
    ...(certificate === undefined ? {} : { certificate }),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
}

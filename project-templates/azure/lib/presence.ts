// What the stack, the devices and the tests must agree on.

/** Name of the Event Grid namespace: 3 to 50 letters, digits and hyphens, which nobody else has in the region. */
export const NAMESPACE = '__NAMESPACE__';

/** Azure region. */
export const LOCATION = 'westeurope';

/** Names of the devices; `npx lastwill keys --azure NAME` makes a key and a certificate for one. */
export const DEVICES: readonly string[] = ['__DEVICE__'];

/** Names of those who hear of wills. */
export const WATCHERS: readonly string[] = ['watcher'];

/** Topic on which a device says that it is online, and its last will that it is offline. */
export const STATUS_TOPIC = 'clients/{device}/status';

/** The last will of a device. */
export function willOf(device: string): { readonly topic: string; readonly payload: string } {
  return { topic: STATUS_TOPIC.replace('{device}', device), payload: '{"status":"offline"}' };
}

/** What a device says when it has connected. */
export function birthOf(device: string): { readonly topic: string; readonly payload: string } {
  return { topic: STATUS_TOPIC.replace('{device}', device), payload: '{"status":"online"}' };
}

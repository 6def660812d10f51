// What the stack, the devices and the tests must agree on.

/** Names of the devices; `npm run keys` makes a key for the first one, `npx lastwill keys NAME` for another. */
export const DEVICES: readonly string[] = ['__DEVICE__'];

/** Topic of a device's last will. */
export const WILL_TOPIC = 'clients/{device}/status';

/** Whom AWS writes to when a device vanishes. */
export const NOTIFY: readonly string[] = ['support@example.com'];

/** The last will of a device, as the stack's rule looks for it. */
export function willOf(device: string): { readonly topic: string; readonly payload: string } {
  const reported = { last_will: 'yes', trigger_action: 'on', client_id: device };
  return { topic: WILL_TOPIC.replace('{device}', device), payload: JSON.stringify({ state: { reported } }) };
}

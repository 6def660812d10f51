import { createHash } from 'node:crypto';

/**
 * Id of an output about something that has a name: output ids are letters and digits, so a name with other characters
 * is told from its like by a hash.
 */
export function outputIdFor(prefix: string, name: string): string {
  const letters = name.replace(/[^a-zA-Z0-9]/g, '');
  if (letters === name) return `${prefix}${name}`;
  return `${prefix}${letters}${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import type { ConnectionFlags } from '../device/flags';
import type { TopicFlags } from './watch-topics';

/** What can be watched. */
export type WatchTarget = Cloud | 'local';

/** Flags of `lastwill watch`. */
export interface WatchFlags extends Omit<ConnectionFlags, 'clientId' | 'local' | 'websocket' | 'username'>, TopicFlags {
  readonly as?: string;
  readonly region?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly namespace?: string;
  readonly state: string;
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
  if (port === undefined) return undefined;
  const value = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new LastwillError('OPTION_INVALID', `--port must be an integer from 1 to 65535, got '${port}'`);
}

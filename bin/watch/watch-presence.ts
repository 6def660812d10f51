import type { DeviceAgent } from '../../device';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { everyDeviceFilter } from '../../presence/lwt-options';
import { LIFECYCLE_FILTER, type PresenceTopic, readPresenceSignal } from '../../presence/presence-signal';
import { PresenceTable } from '../../presence/presence-table';
import { nameFlags } from '../device/flags';
import type { PresenceView } from './presence-view';

/** What is watched, and who watches. */
interface Watching {
  readonly agent: DeviceAgent;
  readonly topics: readonly PresenceTopic[];
  /** @default - none known */
  readonly names?: ReadonlySet<string>;
  readonly view: PresenceView;
  readonly clock: Clock;
  /** Resolves when a person asks for the end. */
  readonly interrupted: Promise<void>;
}

/**
 * Shows presence until a person asks for the end.
 * @throws LastwillError CONNECTION_FAILED, CONNECTION_REFUSED; OPERATION_REFUSED when not one topic may be watched.
 * @public loaded where it is needed
 */
export async function watchPresence(watching: Watching): Promise<void> {
  const { agent, view, interrupted } = watching;
  const stopped = whenStopped(agent, view);
  showPresence(watching);
  try {
    const watched = agent.connect().then(() => subscribe(watching));
    await Promise.race([watched, interrupted, stopped]);
    await Promise.race([interrupted, stopped]);
  } catch (error) {
    throw nameFlags(error);
  } finally {
    await agent.disconnect();
  }
}

function showPresence({ agent, topics, names, view, clock }: Watching): void {
  const table = new PresenceTable();
  agent.on('message', (message) => {
    const signal = readPresenceSignal(message, { topics, names });
    // Whoever watches is no device, but connects as one.
    if (signal === undefined || signal.device === agent.options.clientId) return;
    const row = table.apply(signal, clock.now());
    if (row !== undefined) view.changed(row, table.rows);
  });
}

async function subscribe({ agent, topics, view }: Watching): Promise<void> {
  const refused: string[] = [];
  const filters = [...new Set(topics.map(({ filter }) => everyDeviceFilter(filter)))];
  for (const filter of filters) {
    try {
      await agent.subscribe(filter);
    } catch (error) {
      if (!(error instanceof LastwillError) || error.code !== 'OPERATION_REFUSED') throw error;
      refused.push(filter);
      view.note(filter === LIFECYCLE_FILTER ? 'no lifecycle events: they may not be watched' : error.message);
    }
  }
  if (refused.length === filters.length) {
    const message = `${agent.options.clientId} may watch none of ${refused.join(', ')}; name with --topic what it may`;
    throw new LastwillError('OPERATION_REFUSED', message);
  }
  const watched = filters.filter((filter) => !refused.includes(filter));
  view.note(`watching ${watched.join(', ')} as ${agent.options.clientId}`);
}

/** Rejects when the agent gives up. */
function whenStopped(agent: DeviceAgent, view: PresenceView): Promise<never> {
  return new Promise((_resolve, reject) => {
    agent.on('decision', ({ decision, reason, reasonCode, delayMilliseconds }) => {
      const code = reasonCode === undefined ? 'CONNECTION_FAILED' : 'CONNECTION_REFUSED';
      if (decision === 'stop') reject(new LastwillError(code, reason));
      else view.note(`${reason}; trying again in ${delayMilliseconds ?? 0} ms, what changes meanwhile is not seen`);
    });
  });
}

import { judgeBindings } from '../../../semantics/event-grid/permission-bindings';
import { accessControl, identityOf } from './access-control';
import type { AzurePorts } from './ports';

/** Clients that may subscribe to the will. */
export interface WillListeners {
  /** Authentication names. */
  readonly names: readonly string[];
  /** False when there are more clients, or some of whom it could not be told. */
  readonly complete: boolean;
  /** What comes nearest where nobody may, in words. @default - nothing */
  readonly nearest?: string;
}

/** The enabled clients, other than the device, that may subscribe to the topic of its will. */
export async function willListeners(ports: AzurePorts): Promise<WillListeners> {
  const { bindings } = await accessControl(ports);
  const subscriber = bindings.filter(({ permission, settled }) => permission === 'Subscriber' && settled);
  const { clients, complete } = await ports.clients();
  const { device, willTopic } = ports.subject;
  const verdicts = clients
    .filter(({ properties }) => properties.state !== 'Disabled')
    .map(identityOf)
    .filter(({ authenticationName }) => authenticationName.toLowerCase() !== device.toLowerCase())
    .map((identity) => ({ identity, verdict: judgeBindings(subscriber, identity, willTopic) }));
  const [denied] = verdicts.flatMap(({ verdict }) => (verdict.kind === 'denied' ? [verdict.nearest] : []));
  return {
    names: verdicts.flatMap(({ identity, verdict }) =>
      verdict.kind === 'allowed' ? [identity.authenticationName] : [],
    ),
    complete: complete && verdicts.every(({ verdict }) => verdict.kind !== 'unknown'),
    ...(denied === undefined ? {} : { nearest: denied }),
  };
}

/** The first few names, and whether there are more. */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

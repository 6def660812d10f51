import { type BoundPermission, judgeBindings } from '../../../../semantics/event-grid/permission-bindings';
import { type Check, failed, type Outcome, ok, unknown } from '../../check';
import { accessControl, identityOf } from '../access-control';
import type { AzurePorts, AzureSubject } from '../ports';
import { registeredClient } from '../registered-client';

function allows(
  head: Pick<Check<AzurePorts>, 'name' | 'what' | 'why'>,
  permission: BoundPermission,
  nameOf: (subject: AzureSubject) => string,
): Check<AzurePorts> {
  return {
    ...head,
    run: async (ports) => {
      const { client, missing } = await registeredClient(ports);
      if (client === undefined) return missing;
      const bindings = (await accessControl(ports)).bindings.filter((binding) => binding.permission === permission);
      const [identity, filter] = [identityOf(client), nameOf(ports.subject)];
      const settled = judgeBindings(
        bindings.filter((binding) => binding.settled),
        identity,
        filter,
      );
      const verdict = settled.kind === 'allowed' ? settled : judgeBindings(bindings, identity, filter);
      return outcomeOf(verdict, { permission, filter, isSettled: settled.kind === 'allowed' });
    },
  };
}

function outcomeOf(
  verdict: ReturnType<typeof judgeBindings>,
  asked: { readonly permission: BoundPermission; readonly filter: string; readonly isSettled: boolean },
): Outcome {
  const { permission, filter, isSettled } = asked;
  if (verdict.kind === 'unknown') return unknown('a group query or topic template is not understood here');
  if (verdict.kind === 'denied') {
    return failed(
      `no ${permission} binding of the client covers ${filter}; ${verdict.nearest}`,
      `bind a group of the client as ${permission} to a topic space with a template that covers it`,
    );
  }
  const { name, group, topicSpace } = verdict.binding;
  const by = `${filter}, by binding ${name} (group ${group.name}, topic space ${topicSpace.name})`;
  return isSettled ? ok(by) : unknown(`${by}, which is being changed: wait until it has Succeeded`);
}

export const mayLeaveWill = allows(
  {
    name: 'may leave its will',
    what: 'a Publisher binding of a group of the client has a topic space that covers the topic of the will',
    why: 'a will is published as the client, which needs the permission as any publish does',
  },
  'Publisher',
  ({ willTopic }) => willTopic,
);

/** @param topic where the device publishes */
export function mayPublish(topic: string): Check<AzurePorts> {
  const what = 'with --publish: a Publisher binding covers that topic';
  const why = 'Event Grid refuses the message, and closes an MQTT 3.1.1 connection';
  return allows({ name: 'may publish', what, why }, 'Publisher', () => topic);
}

/** @param filter to what the device subscribes */
export function maySubscribe(filter: string): Check<AzurePorts> {
  const what = 'with --subscribe: a single template of a Subscriber binding covers that filter';
  return allows({ name: 'may subscribe', what, why: 'nothing is delivered otherwise' }, 'Subscriber', () => filter);
}

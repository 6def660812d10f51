import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import type { Finding } from '../check-rule';
import type { AwsRule } from './aws-subject';
import { compiled, SOME_DEVICE } from './device-under-policies';
import { atStatement } from './policy-finding';

/** A topic that nobody has chosen: who may use it may use every one. */
const NOBODYS_TOPIC = '5f0c1b52/nobodys/topic';

const OPERATIONS: readonly (readonly [action: string, resource: string, words: string])[] = [
  ['iot:Publish', `topic/${NOBODYS_TOPIC}`, 'publish on every topic'],
  ['iot:RetainPublish', `topic/${NOBODYS_TOPIC}`, 'retain messages on every topic'],
  ['iot:Subscribe', 'topicfilter/#', 'subscribe to every topic'],
  ['iot:Receive', `topic/${NOBODYS_TOPIC}`, 'receive every message'],
];

/** No statement allows everything. */
export const wildcardStatement: AwsRule = {
  id: 'lastwill:wildcardStatement',
  severity: 'warning',
  what: 'No policy lets a device publish on, subscribe to or receive every topic.',
  why: 'One stolen key then reads what all devices say, and can speak for each of them.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html',
  check: ({ registry }) => {
    if (registry.policies.size === 0) return 'notApplicable';
    const thing = { name: SOME_DEVICE, attributes: {} };
    const context = new ConnectionContext({ clientId: SOME_DEVICE, thing });
    return [...registry.policies.values()].flatMap((policy) => {
      const policies = compiled([policy]);
      const allowed = OPERATIONS.flatMap(([action, path, words]) => {
        const decision = policies.evaluate({ action, resource: `${registry.arnPrefix}${path}` }, context);
        return decision.allowed
          ? [atStatement(policy, decision, `policy '${policy.name}' lets a device ${words}`)]
          : [];
      });
      return perStatement(allowed);
    });
  },
};

/** One finding for each statement, which may allow several operations. */
function perStatement(findings: readonly Finding[]): Finding[] {
  const paths = [...new Set(findings.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const [first, ...others] = findings.filter((finding) => finding.path === path);
    if (first === undefined) return [];
    const more = others.map(({ message }) =>
      message.slice(message.indexOf('lets a device ') + 'lets a device '.length),
    );
    return [{ ...first, message: [first.message, ...more].join(', ') }];
  });
}

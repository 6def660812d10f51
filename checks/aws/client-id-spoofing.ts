import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import type { AwsRule } from './aws-subject';
import { compiled } from './device-under-policies';
import { atStatement } from './policy-finding';

/** A client id that no thing has and no policy would name. */
const STRANGER = '5f0c1b52-somebody-else';

/** Nobody connects under the client id of another. */
export const clientIdSpoofing: AwsRule = {
  id: 'lastwill:clientIdSpoofing',
  severity: 'warning',
  what: 'No policy lets a certificate connect under whatever client id it likes.',
  why: 'Who connects with the client id of another device throws that one out and, where ${iot:ClientId} stands in resources, publishes in its name. Use ${iot:Connection.Thing.ThingName} and the condition iot:Connection.Thing.IsAttached.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html',
  check: ({ registry }) => {
    if (registry.policies.size === 0) return 'notApplicable';
    const context = new ConnectionContext({ clientId: STRANGER, thingAbsence: 'no thing is attached' });
    const request = { action: 'iot:Connect', resource: `${registry.arnPrefix}client/${STRANGER}` };
    return [...registry.policies.values()].flatMap((policy) => {
      const decision = compiled([policy]).evaluate(request, context);
      if (!decision.allowed) return [];
      return [
        atStatement(
          policy,
          decision,
          `a certificate with policy '${policy.name}' may connect under any client id, also that of another device`,
        ),
      ];
    });
  },
};

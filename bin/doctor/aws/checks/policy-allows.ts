import { type Check, failed, type Outcome, ok } from '../../check';
import type { Subject } from '../../ports';
import { deviceCertificate, withoutCertificate } from '../device-certificate';
import type { AwsPorts } from '../ports';

type Action = 'CONNECT' | 'PUBLISH' | 'SUBSCRIBE';

/** Kind of resource that an action is about, and its IAM name. */
const ACTIONS: Readonly<Record<Action, readonly [resource: string, action: string]>> = {
  CONNECT: ['client', 'iot:Connect'],
  PUBLISH: ['topic', 'iot:Publish'],
  SUBSCRIBE: ['topicfilter', 'iot:Subscribe'],
};

function allows(
  head: Pick<Check<AwsPorts>, 'name' | 'what' | 'why'>,
  action: Action,
  nameOf: (subject: Subject) => string,
): Check<AwsPorts> {
  return {
    ...head,
    run: async (ports) => {
      const { certificate, problem } = await deviceCertificate(ports);
      if (certificate === undefined) return withoutCertificate(problem);
      const [kind, iamAction] = ACTIONS[action];
      const resource = `${certificate.arn.split(':').slice(0, 5).join(':')}:${kind}/${nameOf(ports.subject)}`;
      return outcomeOf(await ports.authorize(certificate.arn, action, resource), `${iamAction} on ${resource}`);
    },
  };
}

function outcomeOf(
  { decision, policies, missing }: Awaited<ReturnType<AwsPorts['authorize']>>,
  asked: string,
): Outcome {
  const by = policies.length === 0 ? 'no policy' : policies.join(', ');
  if (decision === 'ALLOWED') return ok(`${asked}, by ${by}`);
  if (decision === 'EXPLICIT_DENY') return failed(`${by} denies ${asked}`, 'remove the Deny from the policy');
  const without = missing.length === 0 ? '' : ` (without a value: ${missing.join(', ')})`;
  return failed(`no policy allows ${asked}${without}`, 'allow it in a policy that is attached to the certificate');
}

export const mayConnect = allows(
  {
    name: 'may connect',
    what: 'a policy allows iot:Connect under the device name as client id',
    why: 'AWS IoT Core closes the connection otherwise',
  },
  'CONNECT',
  ({ device }) => device,
);

export const mayLeaveWill = allows(
  {
    name: 'may leave its will',
    what: 'a policy allows iot:Publish on the topic of the will',
    why: 'AWS IoT Core refuses a CONNECT whose will may not be published',
  },
  'PUBLISH',
  ({ willTopic }) => willTopic,
);

/** @param topic where the device publishes */
export function mayPublish(topic: string): Check<AwsPorts> {
  const why = 'AWS IoT Core closes the connection of a device that publishes where it may not';
  return allows(
    { name: 'may publish', what: 'with --publish: a policy allows iot:Publish on that topic', why },
    'PUBLISH',
    () => topic,
  );
}

/** @param filter to what the device subscribes */
export function maySubscribe(filter: string): Check<AwsPorts> {
  const what = 'with --subscribe: a policy allows iot:Subscribe on that filter';
  return allows({ name: 'may subscribe', what, why: 'nothing is delivered otherwise' }, 'SUBSCRIBE', () => filter);
}

import { type Check, failed, type Outcome, ok, unknown } from '../../check';
import { type NeededPermission, neededPermission } from '../needed-permission';
import type { AwsPorts, Rule, RuleAction } from '../ports';
import { willRules } from '../will-rules';

interface NamedAction extends RuleAction {
  /** E.g. `gone`, `the error action of gone`. */
  readonly name: string;
}

/** An error action that may not act leaves no trace of what failed: it needs its role as any other. */
function actionsOf({ name, actions, errorAction }: Rule): readonly NamedAction[] {
  const named = actions.map((action) => ({ ...action, name }));
  return errorAction === undefined ? named : [...named, { ...errorAction, name: `the error action of ${name}` }];
}

async function roleProblem(
  ports: AwsPorts,
  { roleArn, action, resource }: NeededPermission,
  rule: string,
): Promise<Outcome | undefined> {
  const allowed = await ports.simulate(roleArn, action, resource);
  if (allowed === undefined) return failed(`${roleArn} does not exist`, `deploy the stack of rule ${rule} again`);
  if (!allowed) return failed(`${roleArn} may not do ${action} on ${resource}`, `allow it in the role of rule ${rule}`);
  if ((await ports.letsIotAssume(roleArn)) !== false) return undefined;
  return failed(
    `${roleArn} does not let AWS IoT take it on`,
    'allow sts:AssumeRole for the service iot.amazonaws.com in its trust policy',
  );
}

export const roleAllowsActions: Check<AwsPorts> = {
  name: 'role allows actions',
  what: "the rule's roles let AWS IoT take them on, and allow what its actions and its error action do",
  why: 'an action that may not act is dropped',
  run: async (ports) => {
    const rules = await willRules(ports);
    if (rules.every(({ actions }) => actions.length === 0)) {
      return unknown('no rule that matches the will has an action');
    }
    const actions = rules.flatMap(actionsOf);
    const { account, region } = await ports.account();
    const unclear: string[] = [];
    for (const { name, ...action } of actions) {
      const needed = neededPermission(action, { account, region, device: ports.subject.device });
      if (needed === undefined) {
        unclear.push(`${action.kind} of ${name}`);
        continue;
      }
      const problem = await roleProblem(ports, needed, name);
      if (problem !== undefined) return problem;
    }
    if (unclear.length > 0)
      return unknown(`what ${unclear.join(', ')} needs is not known here; all others are allowed`);
    return ok(`${actions.length} ${actions.length === 1 ? 'action' : 'actions'}`);
  },
};

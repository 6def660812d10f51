import { type Check, failed, type Outcome, ok, unknown } from '../../check';
import { type NeededPermission, neededPermission } from '../needed-permission';
import type { AwsPorts, Rule, RuleAction } from '../ports';
import { intendedRules } from '../will-rules';

interface OwnedAction extends RuleAction {
  /** E.g. `rule gone`, `the error action of rule gone`. */
  readonly owner: string;
}

/** An error action that may not act leaves no trace of what failed: it needs its role as any other. */
function actionsOf({ name, actions, errorAction }: Rule): readonly OwnedAction[] {
  const owner = `rule ${name}`;
  const owned = actions.map((action) => ({ ...action, owner }));
  return errorAction === undefined ? owned : [...owned, { ...errorAction, owner: `the error action of ${owner}` }];
}

async function roleProblem(
  ports: AwsPorts,
  { roleArn, action, resource }: NeededPermission,
  owner: string,
): Promise<Outcome | undefined> {
  const allowed = await ports.simulate(roleArn, action, resource);
  if (allowed === undefined) return failed(`${roleArn} does not exist`, `deploy the stack of ${owner} again`);
  if (!allowed) return failed(`${roleArn} may not do ${action} on ${resource}`, `allow it in the role of ${owner}`);
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
    const rules = await intendedRules(ports);
    if (rules.every(({ actions }) => actions.length === 0)) {
      return unknown('no rule that matches the will has an action');
    }
    const actions = rules.flatMap(actionsOf);
    const { account, region } = await ports.account();
    const unclear: string[] = [];
    for (const { owner, ...action } of actions) {
      const needed = neededPermission(action, { account, region, device: ports.subject.device });
      if (needed === undefined) {
        unclear.push(`${action.kind} of ${owner}`);
        continue;
      }
      const problem = await roleProblem(ports, needed, owner);
      if (problem !== undefined) return problem;
    }
    if (unclear.length > 0)
      return unknown(`what ${unclear.join(', ')} needs is not known here; all others are allowed`);
    return ok(`${actions.length} ${actions.length === 1 ? 'action' : 'actions'}`);
  },
};

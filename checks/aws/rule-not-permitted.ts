import { createActions } from '../../local/actions/actions';
import type { RoleAccess } from '../../local/actions/role-access';
import { isJsonObject } from '../../local/json-value';
import {
  type ActionFactory,
  ActionFailure,
  type ActionInvocation,
  ActionPropertyProblem,
} from '../../local/rule-action';
import type { ActionDefinition } from '../../local/rules/topic-rule-definition';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import type { Finding } from '../check-rule';
import { type AwsRule, type AwsSubject, atRule, type CheckedRule } from './aws-subject';

/** Every action of a rule is allowed to it. */
export const ruleNotPermitted: AwsRule = {
  id: 'lastwill:ruleNotPermitted',
  severity: 'warning',
  what: 'The role of every action of a rule can be taken on by AWS IoT and allows what the action does; a function lets the rule invoke it.',
  why: 'AWS deploys a rule whose role may not do its work, and every message fails: nobody is told of a death. Roles that are in no template are not looked at, nor what conditions on other keys than those of a rule decide.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html',
  check: (subject) => {
    const acting = subject.rules.filter(({ definition }) => actionsOf(definition).length > 0);
    if (acting.length === 0) return 'notApplicable';
    const { actions, roles } = actionsFor(subject);
    return acting.flatMap((rule) =>
      actionsOf(rule.definition).flatMap(([path, action]) => denied(rule, path, action, { actions, roles })),
    );
  },
};

interface Permissions {
  readonly actions: ActionFactory;
  readonly roles: RoleAccess;
}

function actionsOf({ actions, errorAction }: CheckedRule['definition']): (readonly [string, ActionDefinition])[] {
  const numbered = actions.map((action, index) => [`.Actions[${index}]`, action] as const);
  return errorAction === undefined ? numbered : [...numbered, ['.ErrorAction', errorAction] as const];
}

/** The actions as the embedded cloud runs them; nothing that they prepare is carried out. */
function actionsFor({ templates }: AwsSubject): Permissions {
  const actions = createActions({
    templates,
    outbox: { deliver: () => undefined },
    publish: () => undefined,
    log: { write: () => undefined },
    clock: new ManualClock(),
    randomness: seededRandomness(1),
    post: () => Promise.resolve({ status: 200 }),
  });
  return { actions, roles: actions.roles };
}

function denied(rule: CheckedRule, path: string, action: ActionDefinition, { actions, roles }: Permissions): Finding[] {
  const sample = new SampleInvocation(rule.definition.identity.name);
  const { type, properties } = action;
  const problem = denialOf(() => actions.create(type, properties, rule.definition.identity)?.prepare(sample));
  // What a substitution template stands for is known only when a message comes.
  if (problem === undefined || sample.hasSubstituted || hasOtherConditions(roles, properties.RoleArn)) return [];
  const message = `${rule.definition.identity.name} cannot run its ${type} action. ${problem}`;
  return [atRule(rule, `${path}.${type}`, message)];
}

function denialOf(prepare: () => unknown): string | undefined {
  try {
    // Whether the message itself can be sent is none of this rule's business.
    Promise.resolve(prepare()).catch(() => undefined);
    return undefined;
  } catch (error) {
    if (error instanceof ActionFailure) return error.isDenied ? error.message : undefined;
    // A property that AWS refuses is told when the template is deployed.
    if (error instanceof ActionPropertyProblem) return undefined;
    throw error;
  }
}

/** A message of which nothing is known. */
class SampleInvocation implements ActionInvocation {
  readonly payload = Buffer.from('{}');
  readonly value = {};
  readonly topic = 'sample';
  readonly depth = 0;
  hasSubstituted = false;

  constructor(readonly ruleName: string) {}

  substitute(template: string): string {
    if (template.includes('${')) this.hasSubstituted = true;
    return template.replace(/\$\{[^}]*\}/g, 'sample');
  }
}

/** What a request of a rule is known to carry; whether another key has a value is known only in the account. */
const KNOWN_KEYS =
  /^(aws:(sourcearn|sourceaccount|principalaccount|requestedregion|securetransport)|cloudwatch:namespace|kms:(viaservice|encryptioncontext:.*))$/i;

function hasOtherConditions(roles: RoleAccess, roleArn: unknown): boolean {
  const documents = typeof roleArn === 'string' ? roles.documentsOf(roleArn) : [];
  const statements = documents.flatMap((document) => (isJsonObject(document) ? [document.Statement].flat() : []));
  const conditions = statements.flatMap((statement) => (isJsonObject(statement) ? [statement.Condition] : []));
  return conditions
    .filter(isJsonObject)
    .flatMap((condition) => Object.values(condition).filter(isJsonObject))
    .some((keys) => Object.keys(keys).some((key) => !KNOWN_KEYS.test(key)));
}

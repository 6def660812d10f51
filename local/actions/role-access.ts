import { isJsonObject } from '../json-value';
import type { ResolvedResource } from '../resolved-template';
import type { RuleIdentity } from '../rule-action';
import type { RequestContext } from './iam-condition';
import { type AccessRequest, evaluatePolicies } from './iam-policy';
import { managedPolicyDocument } from './managed-policies';
import { type IdentityPolicy, type Simulated, simulateAccess } from './role-simulation';
import type { TemplateResources } from './template-resources';

/** What a rule wants to do in its role. */
export interface RoleRequest {
  readonly rule: RuleIdentity;
  readonly roleArn: string;
  /** E.g. `sns:Publish`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys, in lower case, beyond those that every request has. @default - none */
  readonly context?: RequestContext;
}

/** A role and who may take it on. */
export interface NamedRole {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** E.g. `/service-role/`. */
  readonly path: string;
  /** The trust policy's document. */
  readonly trust: unknown;
}

/** A request that is only thought of. */
export interface RoleSimulation {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context: RequestContext;
  /** @default - the resource has no policy */
  readonly resourcePolicy?: unknown;
}

/** Hears once about each thing that cannot be checked. */
export type Warn = (reason: string) => void;

/** Decisions kept; resources that are filled from messages would else grow without end. */
const MAXIMUM_DECISIONS = 10_000;

/**
 * The roles of the templates: whether a rule may take one and what it may then do.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
 */
export class RoleAccess {
  readonly #decisions = new Map<string, string | undefined>();

  constructor(
    private readonly resources: TemplateResources,
    private readonly warn: Warn,
  ) {}

  /**
   * Why the rule's role may not do it, or `undefined` when it may: its trust policy must let AWS IoT take it on, and
   * its own policies or the resource's must allow the action, with no Deny in either. A role that is in no template
   * cannot be checked: it may do everything, with a warning.
   */
  problem(request: RoleRequest, resourcePolicies: readonly unknown[] = []): string | undefined {
    const role = this.#roleOf(request.roleArn);
    if (role === undefined) return undefined;
    return this.#decided('action', request, () => {
      const access = accessOf(request);
      return (
        this.#trustProblem(role, request.rule) ?? this.#permissionProblem(role, access, resourcePolicies, request.rule)
      );
    });
  }

  /** Who may take a role on and what it may do, as policy documents; none for a role that is in no template. */
  documentsOf(roleArn: string): readonly unknown[] {
    const role = this.resources.find('AWS::IAM::Role', roleArn);
    return role === undefined ? [] : [role.properties.AssumeRolePolicyDocument, ...this.#policiesOf(role)];
  }

  /** A role by its name; `undefined` when it is in no given template. */
  role(name: string): NamedRole | undefined {
    const role = this.resources.ofType('AWS::IAM::Role').find(({ ref }) => ref === name);
    if (role === undefined) return undefined;
    const { attributes, properties } = role;
    const { Path: path = '/', AssumeRolePolicyDocument: trust } = properties;
    return { name, arn: attributes.Arn ?? name, id: attributes.RoleId ?? name, path: String(path), trust };
  }

  /** Why a role may not read something for a statement's function, or `undefined` when it may. */
  readProblem(roleArn: string, action: string, resource: string): string | undefined {
    const role = this.#roleOf(roleArn);
    if (role === undefined) return undefined;
    const verdict = evaluatePolicies(this.#policiesOf(role), { action, resource, context: new Map() });
    return verdict === 'allowed' ? undefined : `role ${roleArn} is not authorized to perform ${action} on ${resource}`;
  }

  /**
   * What a role's own policies, its permissions boundary and, where one is given, a resource's policy say of a
   * request; `undefined` when the role is in no given template. Who may take the role on is not asked.
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
   */
  simulate(request: RoleSimulation): Simulated | undefined {
    const { roleArn, resourcePolicy } = request;
    const role = this.resources.find('AWS::IAM::Role', roleArn);
    if (role === undefined) return undefined;
    const { PermissionsBoundary: boundary } = role.properties;
    return simulateAccess(request, {
      identity: this.#namedPoliciesOf(role),
      boundary: boundary === undefined ? undefined : this.#managed([boundary]),
      resource: resourcePolicy,
    });
  }

  /** Why the role may not use a key, or `undefined`. A key's policy decides whether the role's own policies count. */
  keyProblem(request: RoleRequest, keyPolicy: unknown): string | undefined {
    const role = this.#roleOf(request.roleArn);
    return role === undefined
      ? undefined
      : this.#decided('key', request, () => this.#keyProblem(role, request, keyPolicy));
  }

  #keyProblem(role: ResolvedResource, request: RoleRequest, keyPolicy: unknown): string | undefined {
    const access = accessOf(request);
    const root = `arn:${request.rule.partition}:iam::${request.rule.account}:root`;
    const delegated = evaluatePolicies([keyPolicy], { ...access, principal: { arns: [root] } }) === 'allowed';
    const byKey = evaluatePolicies([keyPolicy], { ...access, principal: { arns: [request.roleArn] } });
    const byRole = evaluatePolicies(this.#policiesOf(role), access);
    if (byKey !== 'denied' && byRole !== 'denied' && (byKey === 'allowed' || (delegated && byRole === 'allowed'))) {
      return undefined;
    }
    const because = delegated
      ? `because no identity-based policy allows the ${request.action} action`
      : 'because the key policy does not allow it';
    return notAuthorized(role, request.rule, access, because);
  }

  #roleOf(roleArn: string): ResolvedResource | undefined {
    const role = this.resources.find('AWS::IAM::Role', roleArn);
    if (role === undefined) this.warn(`role ${roleArn} is in no given template: what it may do is not checked`);
    return role;
  }

  /** Templates do not change, so that the same question has the same answer. */
  #decided(kind: string, request: RoleRequest, decide: () => string | undefined): string | undefined {
    const { roleArn, rule, action, resource, context } = request;
    const question = JSON.stringify([kind, roleArn, rule.arn, action, resource, ...(context ?? [])]);
    if (!this.#decisions.has(question)) {
      if (this.#decisions.size >= MAXIMUM_DECISIONS) this.#decisions.clear();
      this.#decisions.set(question, decide());
    }
    return this.#decisions.get(question);
  }

  #trustProblem(role: ResolvedResource, rule: RuleIdentity): string | undefined {
    const request: AccessRequest = {
      action: 'sts:AssumeRole',
      resource: role.attributes.Arn ?? '',
      context: requestContext(rule),
      principal: { arns: [], service: 'iot.amazonaws.com' },
    };
    if (evaluatePolicies([role.properties.AssumeRolePolicyDocument], request) === 'allowed') return undefined;
    return `Unable to assume role ${role.attributes.Arn ?? role.ref}: its trust policy does not let iot.amazonaws.com perform sts:AssumeRole for the rule ${rule.arn}`;
  }

  #permissionProblem(
    role: ResolvedResource,
    access: AccessRequest,
    resourcePolicies: readonly unknown[],
    rule: RuleIdentity,
  ): string | undefined {
    const byRole = evaluatePolicies(this.#policiesOf(role), access);
    const principal = { arns: [role.attributes.Arn ?? ''] };
    const byResource = evaluatePolicies(resourcePolicies, { ...access, principal });
    const { PermissionsBoundary: boundary } = role.properties;
    const byBoundary = boundary === undefined ? 'allowed' : evaluatePolicies(this.#managed([boundary]), access);
    const { action } = access;
    if (byRole === 'denied' || byBoundary === 'denied') {
      return notAuthorized(role, rule, access, 'with an explicit deny in an identity-based policy');
    }
    if (byResource === 'denied') {
      return notAuthorized(role, rule, access, 'with an explicit deny in a resource-based policy');
    }
    if (byResource === 'allowed' || (byRole === 'allowed' && byBoundary === 'allowed')) return undefined;
    const kind = byRole === 'allowed' ? 'permissions boundary' : 'identity-based policy';
    return notAuthorized(role, rule, access, `because no ${kind} allows the ${action} action`);
  }

  #policiesOf(role: ResolvedResource): unknown[] {
    return this.#namedPoliciesOf(role).map(({ document }) => document);
  }

  /** Inline policies, policies of their own that name the role, and managed ones. */
  #namedPoliciesOf(role: ResolvedResource): IdentityPolicy[] {
    const inlineId = (name: unknown): string => `role_${role.ref}_${String(name)}`;
    const inline = listOf(role.properties.Policies)
      .filter(isJsonObject)
      .map(({ PolicyName: name, PolicyDocument: document }) => ({ id: inlineId(name), document }));
    const separate = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
      .flatMap((type) => this.resources.ofType(type))
      .filter(({ properties }) => listOf(properties.Roles).includes(role.ref))
      .map(({ type, ref, properties }) => ({
        id: type === 'AWS::IAM::Policy' ? inlineId(properties.PolicyName) : nameIn(ref),
        document: properties.PolicyDocument,
      }));
    const single = this.resources
      .ofType('AWS::IAM::RolePolicy')
      .filter(({ properties }) => properties.RoleName === role.ref)
      .map(({ properties }) => ({ id: inlineId(properties.PolicyName), document: properties.PolicyDocument }));
    const managed = listOf(role.properties.ManagedPolicyArns).flatMap((arn) =>
      this.#managed([arn]).map((document) => ({ id: nameIn(String(arn)), document })),
    );
    return [...inline, ...separate, ...single, ...managed];
  }

  #managed(arns: readonly unknown[]): unknown[] {
    return arns.flatMap((arn) => {
      if (typeof arn !== 'string') return [];
      const own = this.resources.find('AWS::IAM::ManagedPolicy', arn);
      const document = own?.properties.PolicyDocument ?? managedPolicyDocument(arn);
      if (document !== undefined) return [document];
      this.warn(`managed policy ${arn} is not known here: it is taken to allow everything`);
      return [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }];
    });
  }
}

function accessOf({ action, resource, rule, context }: RoleRequest): AccessRequest {
  return { action, resource, context: new Map([...requestContext(rule), ...(context ?? [])]) };
}

function notAuthorized(role: ResolvedResource, rule: RuleIdentity, access: AccessRequest, because: string): string {
  const session = `arn:${rule.partition}:sts::${rule.account}:assumed-role/${role.ref}/${rule.name}`;
  return `User: ${session} is not authorized to perform: ${access.action} on resource: ${access.resource} ${because}`;
}

/** What a request of the rule's service carries. @see https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html */
function requestContext(rule: RuleIdentity): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ['aws:sourcearn', [rule.arn]],
    ['aws:sourceaccount', [rule.account]],
    ['aws:principalaccount', [rule.account]],
    ['aws:requestedregion', [rule.region]],
    ['aws:securetransport', ['true']],
  ]);
}

/** A managed policy's name, without the path. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

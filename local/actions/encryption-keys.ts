import type { ResolvedResource } from '../resolved-template';
import { evaluatePolicies } from './iam-policy';
import type { RoleAccess, RoleRequest, Warn } from './role-access';
import type { TemplateResources } from './template-resources';

/** What a publisher must be allowed to do with the key of an encrypted topic or queue. */
const PUBLISHER_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

/**
 * The KMS keys of encrypted topics and queues.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class EncryptionKeys {
  constructor(
    private readonly resources: TemplateResources,
    private readonly roles: RoleAccess,
    private readonly warn: Warn,
  ) {}

  /** Why a rule's role may not write to something that is encrypted with `keyId`, or `undefined` when it may. */
  roleProblem(keyId: unknown, request: Omit<RoleRequest, 'action' | 'resource'>): string | undefined {
    const key = this.#customerKey(keyId);
    if (key === undefined) return undefined;
    return PUBLISHER_ACTIONS.map((action) =>
      this.roles.keyProblem({ ...request, action, resource: key.attributes.Arn ?? '' }, key.properties.KeyPolicy),
    ).find((problem) => problem !== undefined);
  }

  /** Why a service may not write to something that is encrypted with `keyId`, or `undefined` when it may. */
  serviceProblem(keyId: unknown, service: string): string | undefined {
    if (typeof keyId === 'string' && isManagedByAws(keyId)) {
      return `the key ${keyId}, which AWS manages, does not let ${service} use it; a customer key with a policy for it does`;
    }
    const key = this.#customerKey(keyId);
    if (key === undefined) return undefined;
    const principal = { arns: [], service };
    const context = new Map<string, readonly string[]>();
    const refused = PUBLISHER_ACTIONS.find(
      (action) =>
        evaluatePolicies([key.properties.KeyPolicy], {
          action,
          resource: key.attributes.Arn ?? '',
          context,
          principal,
        }) !== 'allowed',
    );
    return refused === undefined
      ? undefined
      : `the policy of key ${key.attributes.Arn ?? ''} does not allow ${service} ${refused}`;
  }

  /** The key in the templates; keys that AWS manages let the principals of their account use them through the service. */
  #customerKey(keyId: unknown): ResolvedResource | undefined {
    if (typeof keyId !== 'string' || keyId === '' || isManagedByAws(keyId)) return undefined;
    const alias = /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1];
    const target =
      alias === undefined
        ? keyId
        : this.resources.ofType('AWS::KMS::Alias').find(({ properties }) => properties.AliasName === alias)?.properties
            .TargetKeyId;
    const key = typeof target === 'string' ? this.resources.find('AWS::KMS::Key', target) : undefined;
    if (key === undefined) this.warn(`KMS key ${keyId} is in no given template: its policy is not checked`);
    return key;
  }
}

function isManagedByAws(keyId: string): boolean {
  return /(?:^|:)alias\/aws\//.test(keyId);
}

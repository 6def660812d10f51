import type { PolicyDocument } from '../../semantics/iot-policy/policy-document';

/** Where a resource was declared. */
export interface Source {
  /** File or stack name. */
  readonly template: string;
  readonly logicalId: string;
}

/** The statuses of a certificate. @see https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html */
export const CERTIFICATE_STATUSES = [
  'ACTIVE',
  'INACTIVE',
  'REVOKED',
  'PENDING_TRANSFER',
  'PENDING_ACTIVATION',
] as const;

/** A status of {@link CERTIFICATE_STATUSES}. */
type CertificateStatus = (typeof CERTIFICATE_STATUSES)[number];

/** A registered thing. */
export interface Thing {
  readonly name: string;
  readonly arn: string;
  readonly typeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly source?: Source;
}

/** A policy. */
export interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly document: PolicyDocument;
  readonly source?: Source;
}

/** A registered certificate. */
export interface Certificate {
  /** SHA-256 of its DER, 64 hexadecimal digits. */
  readonly id: string;
  readonly arn: string;
  /** Absent when the registry was made without issuing certificates. */
  readonly pem?: string;
  readonly status: CertificateStatus;
  readonly source?: Source;
}

/** A group of things. */
export interface ThingGroup {
  readonly name: string;
  readonly arn: string;
  readonly parentName?: string;
  /** Dynamic groups have a query instead of members. */
  readonly queryString?: string;
  readonly source?: Source;
}

/** What a connection with a certificate stands for. */
export type ConnectedThing =
  | { readonly thing: Thing; readonly exclusive: boolean }
  | { readonly thing?: undefined /** Why, in words. */; readonly absence: string };

interface ThingAttachment {
  readonly thingName: string;
  readonly exclusive: boolean;
}

/** Things, certificates, policies and how they belong together: the registry of one account and region. */
export class Registry {
  readonly things = new Map<string, Thing>();
  readonly policies = new Map<string, Policy>();
  /** By id. */
  readonly certificates = new Map<string, Certificate>();
  readonly thingGroups = new Map<string, ThingGroup>();
  /** What is odd but not refused, in words for the user. */
  readonly warnings: string[] = [];
  /** The ARN of everything in the account up to the resource, e.g. `arn:aws:iot:us-east-1:123456789012:`. */
  readonly arnPrefix: string;
  readonly region: string;
  readonly #policiesOf = new Map<string, Set<string>>();
  readonly #thingsOf = new Map<string, ThingAttachment[]>();
  readonly #groupsOf = new Map<string, Set<string>>();
  #revision = 0;

  constructor(account: { readonly partition: string; readonly region: string; readonly account: string }) {
    this.region = account.region;
    this.arnPrefix = `arn:${account.partition}:iot:${account.region}:${account.account}:`;
  }

  /** Grows with every change that can change a decision; what was decided at an older revision is out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** Registers a thing, or replaces the one of that name. */
  putThing(thing: Thing): void {
    this.things.set(thing.name, thing);
    this.#revision++;
  }

  /** Makes a policy, or a new default version of it. */
  putPolicy(policy: Policy): void {
    this.policies.set(policy.name, policy);
    this.#revision++;
  }

  /** Registers a certificate, or changes it. */
  putCertificate(certificate: Certificate): void {
    this.certificates.set(certificate.id, certificate);
    this.#revision++;
  }

  /** Makes a thing group. */
  putThingGroup(group: ThingGroup): void {
    this.thingGroups.set(group.name, group);
    this.#revision++;
  }

  /** Gives a policy to a certificate or a thing group. @param target the ARN of either */
  attachPolicy(policyName: string, target: string): void {
    const policies = this.#policiesOf.get(target) ?? new Set();
    this.#policiesOf.set(target, policies.add(policyName));
    this.#revision++;
  }

  /** Takes a policy away again. */
  detachPolicy(policyName: string, target: string): void {
    this.#policiesOf.get(target)?.delete(policyName);
    this.#revision++;
  }

  /** Says that a certificate is a thing's. @param principal the certificate's ARN */
  attachThing(thingName: string, principal: string, options: { readonly exclusive: boolean }): void {
    const others = (this.#thingsOf.get(principal) ?? []).filter((attachment) => attachment.thingName !== thingName);
    this.#thingsOf.set(principal, [...others, { thingName, exclusive: options.exclusive }]);
    this.#revision++;
  }

  /** Puts a thing into a static group. */
  addThingToGroup(thingName: string, groupName: string): void {
    const groups = this.#groupsOf.get(thingName) ?? new Set();
    this.#groupsOf.set(thingName, groups.add(groupName));
    this.#revision++;
  }

  /** Names of the static groups that a thing was put into. */
  groupsOf(thingName: string): readonly string[] {
    return [...(this.#groupsOf.get(thingName) ?? [])];
  }

  /** The policies of a certificate or thing group, the first attached first. */
  policiesOf(target: string): readonly string[] {
    return [...(this.#policiesOf.get(target) ?? [])];
  }

  /** The things that a certificate is attached to. */
  thingsOf(principal: string): readonly ThingAttachment[] {
    return this.#thingsOf.get(principal) ?? [];
  }

  /**
   * The certificate that a name stands for: its id or ARN, its logical id in a template, or the name of a thing that
   * it is attached to.
   */
  findCertificate(name: string): Certificate | undefined {
    const byId = this.certificates.get(name.slice(name.lastIndexOf('/') + 1));
    if (byId !== undefined) return byId;
    const all = [...this.certificates.values()];
    return (
      all.find((certificate) => certificate.source?.logicalId === name) ??
      all.find((certificate) => this.thingsOf(certificate.arn).some(({ thingName }) => thingName === name))
    );
  }

  /**
   * The thing that a connection stands for: the one with the client id as its name when the certificate is attached
   * to it, or whatever the client id, the one that the certificate is attached to exclusively.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html
   */
  connectedThing(certificate: Certificate, clientId: string): ConnectedThing {
    const attachments = this.thingsOf(certificate.arn);
    const chosen =
      attachments.find(({ exclusive }) => exclusive) ?? attachments.find(({ thingName }) => thingName === clientId);
    const thing = chosen === undefined ? undefined : this.things.get(chosen.thingName);
    if (thing !== undefined) return { thing, exclusive: chosen?.exclusive === true };
    return { absence: this.#whyNoThing(attachments, clientId) };
  }

  /** The policies that apply to a connection: those of the certificate, then of the thing's groups and their parents. */
  effectivePolicies(certificate: Certificate, thing: Thing | undefined): readonly Policy[] {
    const groups = thing === undefined ? [] : this.#groupsWithParents(thing.name);
    const names = new Set(
      [certificate.arn, ...groups.map((group) => group.arn)].flatMap((arn) => this.policiesOf(arn)),
    );
    return [...names].flatMap((name) => this.policies.get(name) ?? []);
  }

  #groupsWithParents(thingName: string): ThingGroup[] {
    const found = new Map<string, ThingGroup>();
    for (const name of this.#groupsOf.get(thingName) ?? []) {
      let group = this.thingGroups.get(name);
      while (group !== undefined && !found.has(group.name)) {
        found.set(group.name, group);
        group = group.parentName === undefined ? undefined : this.thingGroups.get(group.parentName);
      }
    }
    return [...found.values()];
  }

  #whyNoThing(attachments: readonly ThingAttachment[], clientId: string): string {
    const names = attachments.map(({ thingName }) => `'${thingName}'`);
    const attached = names.length === 0 ? 'no thing' : names.join(', ');
    return this.things.has(clientId)
      ? `the certificate is not attached to thing '${clientId}' but to ${attached}`
      : `client id '${clientId}' is not the name of a thing; the certificate is attached to ${attached}`;
  }
}

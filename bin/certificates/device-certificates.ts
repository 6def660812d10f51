import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { type CloudCertificate, IotRegistry } from '../../cloud-clients/aws/iot-registry';
import { type DeployedStack, describeStack } from '../../cloud-clients/aws/stack-description';
import { thingsOfStack } from '../../cloud-clients/aws/stack-resources';
import { outputIdFor } from '../../lib/output-id';
import { LastwillError } from '../../presence/errors';

/** Before the device's name in the key of the output with its certificate's id. */
const PREFIX = 'CertificateId';

/** Finds the certificates of a stack's devices. */
export class DeviceCertificates {
  readonly registry: IotRegistry;
  readonly #session: AwsSession;
  readonly #stackName: string;
  #stack: Promise<DeployedStack> | undefined;
  #warning: string | undefined;

  constructor(session: AwsSession, stackName: string) {
    this.registry = new IotRegistry(session);
    this.#session = session;
    this.#stackName = stackName;
  }

  /**
   * The certificates of a device, the present one before the one that comes next: those that the stack's outputs name,
   * or, when they name none for it, those of the thing of that name.
   * @throws LastwillError NOT_DEPLOYED when stack, device or certificate is not there.
   */
  async of(name: string): Promise<readonly CloudCertificate[]> {
    const outputs = await this.#stackOutputs();
    const named = [outputIdFor(PREFIX, name), outputIdFor('NextCertificateId', name)].flatMap(
      (key) => outputs[key] ?? [],
    );
    const ids = named.length > 0 ? named : await this.#idsOfThing(name);
    const found: CloudCertificate[] = [];
    for (const id of ids) found.push(await this.#certificate(id, name));
    return found;
  }

  /** A topic that a device may subscribe to, where the stack's outputs name it. */
  async connectedTopic(name: string): Promise<string | undefined> {
    return (await this.#stackOutputs()).ConnectedTopic?.replaceAll('${iot:Connection.Thing.ThingName}', name);
  }

  /** Whether a certificate is the second one that the stack has for a device. */
  async isNext(name: string, certificateId: string): Promise<boolean> {
    return (await this.#stackOutputs())[outputIdFor('NextCertificateId', name)] === certificateId;
  }

  /** Whether the stack has a second certificate for a device. */
  async hasNext(name: string): Promise<boolean> {
    const outputs = await this.#stackOutputs();
    if (outputs[outputIdFor('NextCertificateId', name)] !== undefined) return true;
    return outputs[outputIdFor(PREFIX, name)] === undefined && (await this.of(name)).length > 1;
  }

  /** Names of the devices for which the stack has an output; where it has none, those of its things. */
  async deviceNames(): Promise<readonly string[]> {
    const outputs = await this.#stackOutputs();
    const named = namesIn(outputs);
    if (named.length === 0) return thingsOfStack(this.#session, this.#stackName);
    const names: string[] = [];
    for (const letters of named) names.push(await this.#nameBehind(letters, outputs[`${PREFIX}${letters}`] ?? ''));
    return names;
  }

  /** Keys of outputs have no hyphens and the like: where there may have been some, the thing has the name as it is. */
  async #nameBehind(letters: string, certificateId: string): Promise<string> {
    if (!/[0-9a-f]{8}$/.test(letters)) return letters;
    const certificate = await this.registry.certificate(certificateId);
    const things = certificate === undefined ? [] : await this.registry.thingsOf(certificate.arn);
    return things.find((name) => outputIdFor(PREFIX, name) === `${PREFIX}${letters}`) ?? letters;
  }

  /** What is amiss with the stack although it has certificates, once it was asked; `undefined` when nothing is. */
  get knownWarning(): string | undefined {
    return this.#warning;
  }

  async #stackOutputs(): Promise<Readonly<Record<string, string>>> {
    this.#stack ??= describeStack(this.#session, this.#stackName);
    const { outputs, warning } = await this.#stack;
    this.#warning = warning;
    return outputs;
  }

  async #idsOfThing(name: string): Promise<readonly string[]> {
    const principals = await this.registry.principalsOf(name);
    const ids = (principals ?? []).flatMap((arn) => /:cert\/([0-9a-f]{64})$/.exec(arn)?.[1] ?? []);
    if (ids.length > 0) return ids;
    if (principals !== undefined) {
      throw new LastwillError(
        'NOT_DEPLOYED',
        `thing ${name} has no certificate: deploy stack ${this.#stackName} again, or attach one to it`,
      );
    }
    // Who may not list the stack's resources shall hear of the wrong name, not of the listing.
    const known = await this.deviceNames().catch(() => undefined);
    const has = known === undefined ? '' : ` (it has ${known.join(', ') || 'none'})`;
    const context = namesIn(await this.#stackOutputs()).length > 0 ? ` -c devices=...,${name}` : '';
    throw new LastwillError(
      'NOT_DEPLOYED',
      `stack ${this.#stackName} has no device ${name}${has}, and there is no thing of that name: add it and deploy (npx cdk deploy${context}), or name another stack with --stack`,
    );
  }

  async #certificate(id: string, name: string): Promise<CloudCertificate> {
    const certificate = await this.registry.certificate(id);
    if (certificate !== undefined) return certificate;
    throw new LastwillError(
      'NOT_DEPLOYED',
      `certificate ${id} of ${name} is in stack ${this.#stackName} but not in the account: it was deleted by hand; deploy the stack again with a new key and request`,
    );
  }
}

function namesIn(outputs: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(outputs).flatMap((key) => /^CertificateId(.+)$/.exec(key)?.[1] ?? []);
}

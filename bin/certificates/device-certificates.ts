import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { type CloudCertificate, IotRegistry } from '../../cloud-clients/aws/iot-registry';
import { stackOutputs } from '../../cloud-clients/aws/stack-outputs';
import { outputIdFor } from '../../lib/output-id';
import { LastwillError } from '../../presence/errors';

/** Finds the certificates of a stack's devices. */
export class DeviceCertificates {
  readonly registry: IotRegistry;
  readonly #session: AwsSession;
  readonly #stackName: string;
  #outputs: Promise<Readonly<Record<string, string>>> | undefined;

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
    const named = [outputIdFor('CertificateId', name), outputIdFor('NextCertificateId', name)].flatMap(
      (key) => outputs[key] ?? [],
    );
    const ids = named.length > 0 ? named : await this.#idsOfThing(name, outputs);
    const found: CloudCertificate[] = [];
    for (const id of ids) found.push(await this.#certificate(id, name));
    return found;
  }

  /** Whether the stack has a second certificate for a device. */
  async hasNext(name: string): Promise<boolean> {
    return (await this.#stackOutputs())[outputIdFor('NextCertificateId', name)] !== undefined;
  }

  /** Names of the devices for which the stack has an output, without characters that output keys cannot have. */
  async deviceNames(): Promise<readonly string[]> {
    return Object.keys(await this.#stackOutputs()).flatMap((key) => /^CertificateId(.+)$/.exec(key)?.[1] ?? []);
  }

  #stackOutputs(): Promise<Readonly<Record<string, string>>> {
    this.#outputs ??= stackOutputs(this.#session, this.#stackName);
    return this.#outputs;
  }

  async #idsOfThing(name: string, outputs: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const principals = await this.registry.principalsOf(name);
    const ids = (principals ?? []).flatMap((arn) => /:cert\/([0-9a-f]{64})$/.exec(arn)?.[1] ?? []);
    if (ids.length > 0) return ids;
    if (principals !== undefined) {
      throw new LastwillError(
        'NOT_DEPLOYED',
        `thing ${name} has no certificate: deploy stack ${this.#stackName} again, or attach one to it`,
      );
    }
    const devices = Object.keys(outputs).flatMap((key) => /^CertificateId(.+)$/.exec(key)?.[1] ?? []);
    throw new LastwillError(
      'NOT_DEPLOYED',
      `stack ${this.#stackName} has no device ${name} (${devices.length === 0 ? 'it has none' : `it has ${devices.join(', ')}`}), and there is no thing of that name: add it and deploy (npx cdk deploy -c devices=...,${name}), or name another stack with --stack`,
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

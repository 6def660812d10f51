import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { MqttClient } from '../../cloud-clients/azure/resources';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { shellWord } from '../own-command';
import { belongTogether, thumbprintOf } from '../store/certificate-keys';
import { checkDeviceNames } from '../store/device-names';
import { ensureNextAzureKey } from '../store/keys';
import {
  deviceDirectory,
  privateKeyPath,
  readIfPresent,
  readNextThumbprint,
  readThumbprint,
  STORE_FILES,
} from '../store/store';
import { changeOver, type RotationStep } from './change-over';

/** What a rotation on Azure works with. */
export interface AzureRotateOptions {
  readonly store: string;
  readonly clock: Clock;
  /** The client as Azure has it; `undefined` when the namespace has none of that name. */
  readonly client: (name: string) => Promise<MqttClient | undefined>;
  /** Whether the next certificate was tried and takes the first one's place. */
  readonly finish: boolean;
  /** The command that takes the next step, without `--finish`. */
  readonly again: string;
}

/** In this order: while the thumbprint is still there, the rotation is not finished. */
const MOVES = [
  [STORE_FILES.nextPrivateKey, STORE_FILES.privateKey, 'owner'],
  [STORE_FILES.nextCertificate, STORE_FILES.certificate, 'everyone'],
  [STORE_FILES.nextThumbprint, STORE_FILES.thumbprint, 'everyone'],
] as const;

const DEPLOY = 'synthesize it and run terraform apply';

/**
 * Takes the next step of changing a client of Event Grid over to a new certificate: make it, let the stack allow both
 * thumbprints, try the new one, then let the stack allow it alone. What Terraform owns is only changed by deploying. Each
 * step can be run again, also when it was interrupted.
 * @throws LastwillError NOT_DEPLOYED when the namespace does not have the client; CREDENTIAL_INVALID when thumbprints,
 * certificates and keys do not belong together.
 * @public loaded where it is needed
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
 */
export async function rotateAzureCertificate(name: string, options: AzureRotateOptions): Promise<RotationStep> {
  checkDeviceNames([name], 'azure');
  const { store, clock, finish, again } = options;
  const directory = deviceDirectory(store, 'azure', name);
  if (isFinishing(store, name)) return finished(name, directory);
  if (finish) {
    requireNext(store, name, again);
    return finished(name, directory);
  }
  const present = readThumbprint(store, name);
  const allowed = allowedThumbprints(name, await options.client(name));
  if (!allowed.includes(present)) throw otherThumbprint(name, present, allowed);
  const isBegun = readNextThumbprint(store, name) !== undefined;
  if (!isBegun && allowed.length > 1) return firstIsLeft(name);
  const { created, thumbprint = '' } = await ensureNextAzureKey(store, name, clock);
  if (!allowed.includes(thumbprint)) {
    const todo = `deploy the stack, so that both certificates let ${name} in: ${DEPLOY}; then: ${again}`;
    return { name, step: 'deploy-both', todo, files: created };
  }
  const at = (file: string): string => shellWord(join(directory, file));
  const todo = `connect with ${at(STORE_FILES.nextCertificate)} and ${at(STORE_FILES.nextPrivateKey)} as ${name}; then: ${again} --finish`;
  return { name, step: 'test-next', todo, files: created };
}

/** @throws LastwillError unless Azure knows the client by thumbprints */
function allowedThumbprints(name: string, client: MqttClient | undefined): readonly string[] {
  if (client === undefined) {
    throw new LastwillError('NOT_DEPLOYED', `the namespace has no client ${name}: add it to the stack, ${DEPLOY}`);
  }
  const { validationScheme, allowedThumbprints: allowed = [] } =
    client.properties.clientCertificateAuthentication ?? {};
  if (validationScheme === 'ThumbprintMatch') return allowed.map((one) => one.replaceAll(':', '').toLowerCase());
  throw new LastwillError(
    'OPTION_INVALID',
    `client ${name} is known by its CA (${validationScheme ?? 'SubjectMatchesAuthenticationName'}), not by a thumbprint: any other certificate of that CA lets it in, and nothing changes in Azure`,
  );
}

function otherThumbprint(name: string, present: string, allowed: readonly string[]): LastwillError {
  return new LastwillError(
    'CREDENTIAL_INVALID',
    `Azure lets ${name} in by ${allowed.map(short).join(' and ') || 'no thumbprint'}, and the store has ${short(present)}: deploy the stack with this store (${DEPLOY}), or put the certificate back that belongs to it`,
  );
}

function short(thumbprint: string): string {
  return thumbprint.slice(0, 12);
}

/** Whether the next key or certificate has taken the first one's place already, and the next thumbprint has not. */
function isFinishing(store: string, name: string): boolean {
  const next = readNextThumbprint(store, name);
  if (next === undefined) return false;
  const [certificate, coming] = [STORE_FILES.certificate, STORE_FILES.nextCertificate].map((file) =>
    certificateIn(store, name, file),
  );
  if (certificate !== undefined && thumbprintOf(certificate) === next) return true;
  return coming !== undefined && belongsToKey(coming, privateKeyPath(store, 'azure', name));
}

/** @throws LastwillError unless the store has a certificate to change over to, with its key and thumbprint. */
function requireNext(store: string, name: string, again: string): void {
  const [next, coming] = [readNextThumbprint(store, name), certificateIn(store, name, STORE_FILES.nextCertificate)];
  if (next === undefined) {
    throw new LastwillError('NOT_DEPLOYED', `${name} has no next certificate to change over to: begin with ${again}`);
  }
  const directory = deviceDirectory(store, 'azure', name);
  // A device may keep its key to itself.
  const hasKey = readIfPresent(join(directory, STORE_FILES.nextPrivateKey)) !== undefined;
  const isOfKey =
    coming !== undefined && (!hasKey || belongsToKey(coming, join(directory, STORE_FILES.nextPrivateKey)));
  if (isOfKey && thumbprintOf(coming) === next) return;
  const path = join(directory, STORE_FILES.nextCertificate);
  throw new LastwillError(
    'CREDENTIAL_INVALID',
    `${path} must be the certificate of ${STORE_FILES.nextPrivateKey} and ${STORE_FILES.nextThumbprint}: remove the three and begin with ${again}`,
  );
}

function certificateIn(store: string, name: string, file: string): X509Certificate | undefined {
  const pem = readIfPresent(join(deviceDirectory(store, 'azure', name), file));
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function belongsToKey(certificate: X509Certificate, keyPath: string): boolean {
  const pem = readIfPresent(keyPath);
  return pem !== undefined && belongTogether(certificate.toString(), pem);
}

function finished(name: string, directory: string): RotationStep {
  return { ...firstIsLeft(name), files: changeOver(directory, MOVES) };
}

function firstIsLeft(name: string): RotationStep {
  const todo = `deploy the stack, so that the first certificate lets nobody in: ${DEPLOY}. Files of the first end in .previous: delete them when ${name} runs without it`;
  return { name, step: 'deploy-without-first', todo, files: [] };
}

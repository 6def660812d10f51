import { join } from 'node:path';
import type { CloudCertificate } from '../../cloud-clients/aws/iot-registry';
import { LastwillError } from '../../presence/errors';
import { ownCommand, shellWord } from '../own-command';
import { checkDeviceNames } from '../store/device-names';
import { ensureNextAwsKey } from '../store/keys';
import { deviceDirectory, readIfPresent, STORE_FILES } from '../store/store';
import { changeOver, type RotationStep } from './change-over';
import type { DeviceCertificates } from './device-certificates';
import { foreignCertificates, pullCertificate } from './pull';
import {
  belongsTo,
  type DeviceKey,
  isCertificate,
  isFinishing,
  isPrevious,
  nextKey,
  presentKey,
  requestProblem,
  requireAwsDevice,
} from './store-keys';

/** What a rotation works with. */
export interface RotateOptions {
  readonly store: string;
  readonly certificates: DeviceCertificates;
  readonly rootCa: string;
  /** Whether the next certificate was tried and takes the first one's place. */
  readonly finish: boolean;
  /** The command that takes the next step, without `--finish`. */
  readonly again: string;
  /** Where the device connects, for the command that tries the next certificate. @default - asked for */
  readonly port?: number;
}

/** In this order: while the request is still there, the rotation is not finished. */
const MOVES = [
  [STORE_FILES.nextPrivateKey, STORE_FILES.privateKey, 'owner'],
  [STORE_FILES.nextCertificate, STORE_FILES.certificate, 'everyone'],
  [STORE_FILES.nextCsr, STORE_FILES.csr, 'everyone'],
] as const;

/**
 * Takes the next step of changing a device over to a new certificate: make a key and a request, let the stack have both
 * certificates, pull the new one and try it, then let the stack drop the first. What CloudFormation owns is only changed
 * by deploying. Each step can be run again, also when it was interrupted.
 * @throws LastwillError NOT_DEPLOYED when the device is not in the stack, or does not have the second certificate yet and
 * `finish` is asked for; CREDENTIAL_INVALID when keys, requests and certificates do not belong together.
 * @public loaded where it is needed
 */
export async function rotateCertificate(name: string, options: RotateOptions): Promise<RotationStep> {
  checkDeviceNames([name], 'aws');
  requireAwsDevice(options.store, name);
  const { store, certificates, rootCa, finish, again } = options;
  const directory = deviceDirectory(store, 'aws', name);
  if (isFinishing(store, name)) return finished(name, directory);
  if (finish) {
    requireNext(store, name, again);
    return finished(name, directory);
  }
  const found = await certificates.of(name);
  const present = presentCertificate(store, name, found);
  if (nextKey(store, name) === undefined) {
    const isChanged = found.some(({ pem }) => isPrevious(store, name, pem));
    if (isChanged || (await certificates.isNext(name, present.id))) return firstIsLeft(name);
  }
  const { created } = await ensureNextAwsKey(store, name);
  if (!(await certificates.hasNext(name))) {
    const todo = `deploy the stack, so that both certificates let ${name} in: npx cdk deploy; then: ${again}`;
    return { name, step: 'deploy-both', todo, files: created };
  }
  const pulled = await pullCertificate(name, { store, certificates, rootCa });
  if (pulled.nextCertificateId === undefined) throw otherRequest(store, name, again);
  const isKept = pulled.files[STORE_FILES.nextCertificate] === 'kept';
  const files = [...created, ...(isKept ? [] : [STORE_FILES.nextCertificate])];
  return { name, step: 'test-next', todo: await testCommand(name, options), files };
}

function presentCertificate(store: string, name: string, found: readonly CloudCertificate[]): CloudCertificate {
  const key = presentKey(store, name);
  const present = found.find(({ pem }) => belongsTo(pem, key));
  if (present === undefined) throw foreignCertificates(store, name, found);
  return present;
}

/** @throws LastwillError unless the store has a certificate to change over to, and it belongs to the next key. */
function requireNext(store: string, name: string, again: string): void {
  const path = join(deviceDirectory(store, 'aws', name), STORE_FILES.nextCertificate);
  const [pem, key] = [readIfPresent(path), nextKey(store, name)];
  if (pem === undefined || key === undefined) {
    throw new LastwillError('NOT_DEPLOYED', `${name} has no next certificate to change over to: begin with ${again}`);
  }
  if (isCertificate(pem) && belongsTo(pem, key)) return;
  throw new LastwillError(
    'CREDENTIAL_INVALID',
    `${path} must be the certificate of ${key.path}: pull it again with ${again}`,
  );
}

function finished(name: string, directory: string): RotationStep {
  return { ...firstIsLeft(name), files: changeOver(directory, MOVES) };
}

function firstIsLeft(name: string): RotationStep {
  const todo = `deploy the stack, so that the first certificate is dropped: npx cdk deploy; the new one stays as it is. The files of the first end in .previous: delete them when ${name} runs without it`;
  return { name, step: 'deploy-without-first', todo, files: [] };
}

async function testCommand(name: string, { store, certificates, again, port }: RotateOptions): Promise<string> {
  const directory = deviceDirectory(store, 'aws', name);
  const at = (file: string): string => shellWord(join(directory, file));
  // Who may not ask for the endpoint knows it.
  const endpoint = await certificates.registry.dataEndpoint().catch(() => 'ENDPOINT');
  const where = `-e ${endpoint}${port === undefined ? '' : ` -p ${port}`}`;
  const files = `-r ${at(STORE_FILES.root)} -c ${at(STORE_FILES.nextCertificate)} -k ${at(STORE_FILES.nextPrivateKey)}`;
  const topic = await certificates.connectedTopic(name);
  const listen = topic === undefined ? ' -m none' : ` -m subscribe -t ${shellWord(topic)}`;
  const how = `-id ${name}${listen} --no-will --die-after 5 --exit graceful`;
  const connect = `${ownCommand()} device ${where} ${files} ${how}`;
  return `try the next certificate while ${name} is off, as it takes its place: ${connect}; then: ${again} --finish`;
}

function otherRequest(store: string, name: string, again: string): LastwillError {
  const { path } = nextKey(store, name) as DeviceKey;
  const why =
    requestProblem(store, name, 'next', again) ??
    'the stack was deployed with another client.next.csr; deploy it again (npx cdk deploy)';
  return new LastwillError('CREDENTIAL_INVALID', `the next certificate of ${name} does not belong to ${path}: ${why}`);
}

import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { ensureNextAwsKey } from '../store/keys';
import { deviceDirectory, STORE_FILES } from '../store/store';
import type { DeviceCertificates } from './device-certificates';
import { pullCertificate } from './pull';

/** Where a device stands in changing over to a new certificate, and what comes next. */
export interface RotationStep {
  readonly name: string;
  readonly step: 'deploy-both' | 'test-next' | 'deploy-without-first' | 'nothing-to-do';
  readonly todo: string;
  /** Files that were made or moved now. */
  readonly files: readonly string[];
}

/** What a rotation works with. */
export interface RotateOptions {
  readonly store: string;
  readonly certificates: DeviceCertificates;
  readonly rootCa: string;
  /** Whether the next certificate was tried and takes the first one's place. */
  readonly finish: boolean;
}

/** In this order: while the request is still there, the rotation is not finished. */
const MOVES = [
  [STORE_FILES.nextPrivateKey, STORE_FILES.privateKey],
  [STORE_FILES.nextCertificate, STORE_FILES.certificate],
  [STORE_FILES.nextCsr, STORE_FILES.csr],
] as const;

/** Put behind the names of the first certificate's files. */
const PREVIOUS = '.previous';

/**
 * Takes the next step of changing a device over to a new certificate: make a key and a request, let the stack have both
 * certificates, pull the new one and try it, then let the stack drop the first. What CloudFormation owns is only changed
 * by deploying. Each step can be run again.
 * @throws LastwillError NOT_DEPLOYED when the stack does not have the second certificate yet and `finish` is asked for.
 * @public loaded where it is needed
 */
export async function rotateCertificate(name: string, options: RotateOptions): Promise<RotationStep> {
  const { store, certificates, rootCa, finish } = options;
  const directory = deviceDirectory(store, 'aws', name);
  const has = (file: string): boolean => existsSync(join(directory, file));
  // Interrupted while the files were moved: key and certificate may not belong together until all are.
  const keyMoved = !has(STORE_FILES.nextPrivateKey) && has(`${STORE_FILES.privateKey}${PREVIOUS}`);
  if (has(STORE_FILES.nextCsr) && keyMoved) return finished(name, directory);
  if (finish) {
    if (!has(STORE_FILES.nextCertificate)) throw nothingToFinish(name);
    return finished(name, directory);
  }
  const { created } = await ensureNextAwsKey(store, name);
  if (!(await certificates.hasNext(name))) {
    const todo = `deploy the stack, so that both certificates let ${name} in: npx cdk deploy; then run this again`;
    return { name, step: 'deploy-both', todo, files: created };
  }
  const pulled = await pullCertificate(name, { store, certificates, rootCa });
  if (pulled.nextCertificateId === undefined) throw otherRequest(name, directory);
  return {
    name,
    step: 'test-next',
    todo: testCommand(name, directory),
    files: [...created, STORE_FILES.nextCertificate],
  };
}

function finished(name: string, directory: string): RotationStep {
  const moved = MOVES.filter(([from]) => existsSync(join(directory, from)));
  for (const [from, to] of moved) {
    const path = join(directory, to);
    // The first key is kept until the device is known to run without it.
    if (existsSync(path)) copyFileSync(path, `${path}${PREVIOUS}`);
    renameSync(join(directory, from), path);
  }
  const todo = `deploy the stack, so that the first certificate is dropped: npx cdk deploy; the new one stays as it is. The files of the first end in .previous: delete them when ${name} runs without it`;
  return { name, step: 'deploy-without-first', todo, files: moved.map(([, to]) => to) };
}

function testCommand(name: string, directory: string): string {
  const at = (file: string): string => join(directory, file);
  const flags = `-r ${at(STORE_FILES.root)} -c ${at(STORE_FILES.nextCertificate)} -k ${at(STORE_FILES.nextPrivateKey)} -id ${name}`;
  return `try the next certificate: lastwill device -e ENDPOINT ${flags}; then: lastwill certificates rotate ${name} --finish`;
}

function nothingToFinish(name: string): LastwillError {
  return new LastwillError(
    'NOT_DEPLOYED',
    `${name} has no next certificate to change over to: begin with lastwill certificates rotate ${name}`,
  );
}

function otherRequest(name: string, directory: string): LastwillError {
  return new LastwillError(
    'CREDENTIAL_INVALID',
    `the next certificate of ${name} does not belong to ${join(directory, STORE_FILES.nextPrivateKey)}: the stack was deployed with another client.next.csr; deploy it again (npx cdk deploy)`,
  );
}

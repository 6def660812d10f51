import { X509Certificate } from 'node:crypto';
import type { AccountCertificate, AwsAccount } from '../ports';
import {
  MARKER_NAMES,
  pathParameter,
  queryFlag,
  type RestCall,
  type RestOperation,
  restPage,
  timestamp,
} from './rest-operation';
import { invalidRequest, notFound } from './service-error';

/** Certificates. @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeCertificate.html */
export const certificateOperations: readonly RestOperation[] = [
  { name: 'ListCertificates', method: 'GET', path: '/certificates', answer: listCertificates },
  { name: 'DescribeCertificate', method: 'GET', path: '/certificates/{certificateId}', answer: describeCertificate },
];

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeCertificate.html */
const CERTIFICATE_ID = /^(0x)?[0-9a-fA-F]{64}$/;

function listCertificates(call: RestCall, account: AwsAccount) {
  const all = [...account.registry.certificates.values()];
  const ordered = queryFlag(call, 'isAscendingOrder') ? all : all.reverse();
  const { items, next } = restPage(ordered, call, { names: MARKER_NAMES });
  const certificates = items.map((certificate) => ({
    certificateArn: certificate.arn,
    certificateId: certificate.id,
    status: certificate.status,
    certificateMode: 'DEFAULT',
    creationDate: timestamp(account.createdAt),
  }));
  return { certificates, nextMarker: next };
}

function describeCertificate(call: RestCall, account: AwsAccount) {
  const id = pathParameter(call, 'certificateId');
  if (!CERTIFICATE_ID.test(id)) throw invalidRequest(`certificateId must be 64 hexadecimal digits, got '${id}'`);
  const certificate = account.registry.certificates.get(id.replace(/^0x/, '').toLowerCase());
  if (certificate === undefined) throw notFound(`Certificate ${id}`);
  return {
    certificateDescription: {
      certificateArn: certificate.arn,
      certificateId: certificate.id,
      status: certificate.status,
      certificatePem: certificate.pem,
      ownedBy: account.account,
      creationDate: timestamp(account.createdAt),
      lastModifiedDate: timestamp(account.createdAt),
      customerVersion: 1,
      certificateMode: 'DEFAULT',
      validity: validityOf(certificate),
    },
  };
}

function validityOf({ pem }: AccountCertificate) {
  if (pem === undefined) return undefined;
  const { validFrom, validTo } = new X509Certificate(pem);
  return { notBefore: timestamp(Date.parse(validFrom)), notAfter: timestamp(Date.parse(validTo)) };
}

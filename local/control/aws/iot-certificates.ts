import { X509Certificate } from 'node:crypto';
import type { AccountCertificate, AwsAccount } from '../ports';
import { pageOf } from './page';
import { pathParameter, queryFlag, type RestCall, type RestOperation, timestamp } from './rest-operation';
import { notFound } from './service-error';

/** Certificates. @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeCertificate.html */
export const certificateOperations: readonly RestOperation[] = [
  { name: 'ListCertificates', method: 'GET', path: '/certificates', answer: listCertificates },
  { name: 'DescribeCertificate', method: 'GET', path: '/certificates/{certificateId}', answer: describeCertificate },
];

function listCertificates(call: RestCall, account: AwsAccount) {
  const all = [...account.registry.certificates.values()];
  const { items, next } = pageOf(queryFlag(call, 'isAscendingOrder') ? all : all.reverse(), {
    token: call.query.get('marker'),
    size: call.query.get('pageSize'),
    defaultSize: 25,
  });
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
  const certificate = account.registry.certificates.get(pathParameter(call, 'certificateId'));
  if (certificate === undefined)
    throw notFound(`The certificate ${pathParameter(call, 'certificateId')} does not exist:`);
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

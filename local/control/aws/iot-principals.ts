import type { AccountCertificate, AwsAccount } from '../ports';
import { invalidRequest, notFound } from './service-error';

/**
 * The certificate that is named as a principal, by its ARN.
 * @throws ServiceError InvalidRequestException when it is no ARN of one, ResourceNotFoundException when the account has
 * none such in this region.
 */
export function certificateNamed(principal: unknown, { certificates }: AwsAccount['registry']): AccountCertificate {
  const text = typeof principal === 'string' ? principal : '';
  const [, id] = /^arn:[\w-]+:iot:[\w-]*:\d*:cert\/([0-9a-f]+)$/.exec(text) ?? [];
  if (id === undefined) throw invalidRequest(`principal must be the ARN of a certificate, got '${text}'`);
  const found = certificates.get(id);
  if (found === undefined || found.arn !== text) throw notFound(`Certificate ${text}`);
  return found;
}

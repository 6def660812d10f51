import type { AwsRule } from './aws-subject';

/** Every device has a certificate of its own. */
export const sharedCertificate: AwsRule = {
  id: 'lastwill:sharedCertificate',
  severity: 'warning',
  what: 'Every certificate belongs to one thing.',
  why: 'Devices that share a certificate can pose as each other, and one that is stolen cannot be revoked without the others.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html',
  check: ({ registry }) => {
    if (registry.certificates.size === 0) return 'notApplicable';
    return [...registry.certificates.values()].flatMap(({ arn, source }) => {
      const things = registry.thingsOf(arn).map(({ thingName }) => `'${thingName}'`);
      if (things.length < 2) return [];
      const message = `the certificate is that of ${things.length} things: ${things.join(', ')}`;
      return [{ template: source?.template ?? '', logicalId: source?.logicalId, message }];
    });
  },
};

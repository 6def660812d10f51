import { X509Certificate } from 'node:crypto';
import { amazonRootCa } from '../../../cloud-clients/aws/amazon-root';

// https://docs.aws.amazon.com/iot/latest/developerguide/server-authentication.html
test('the root is Amazon Root CA 1, self-signed, in PEM', () => {
  const pem = amazonRootCa();

  const root = new X509Certificate(pem);
  expect(root.subject).toBe('C=US\nO=Amazon\nCN=Amazon Root CA 1');
  expect(root.verify(root.publicKey)).toBe(true);
  expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n$/);
});

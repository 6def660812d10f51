import { X509Certificate } from 'node:crypto';
import { LastwillError } from '../../presence/errors';
import type { AwsSession } from './aws-session';
import { everyPage } from './pages';

/** A certificate of the account. */
export interface CloudCertificate {
  readonly id: string;
  readonly arn: string;
  /** E.g. `ACTIVE`. */
  readonly status: string;
  readonly pem: string;
}

/** Reads endpoint, things, certificates and policies of one account and region. */
export class IotRegistry {
  readonly #session: AwsSession;

  constructor(session: AwsSession) {
    this.#session = session;
  }

  /**
   * The host name to which devices connect, whose certificate Amazon Trust Services signed.
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeEndpoint.html
   */
  async dataEndpoint(): Promise<string> {
    const { DescribeEndpointCommand } = sdk();
    const { endpointAddress } = await this.#session.call('iot:DescribeEndpoint', () =>
      this.#session.iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })),
    );
    if (endpointAddress !== undefined && endpointAddress !== '') return endpointAddress;
    throw new LastwillError('CLOUD_CALL_FAILED', 'AWS answered iot:DescribeEndpoint without an address: try again');
  }

  /**
   * A certificate by its id; `undefined` when the account has none of that id in this region.
   * @throws LastwillError CLOUD_CALL_FAILED also when what AWS gives is no certificate in PEM.
   */
  async certificate(certificateId: string): Promise<CloudCertificate | undefined> {
    const { DescribeCertificateCommand } = sdk();
    const answer = await this.#session.find('iot:DescribeCertificate', () =>
      this.#session.iot.send(new DescribeCertificateCommand({ certificateId })),
    );
    if (answer === undefined) return undefined;
    const { certificateArn: arn, certificatePem: pem = '', status = 'UNKNOWN' } = answer.certificateDescription ?? {};
    if (arn !== undefined && isCertificate(pem)) return { id: certificateId, arn, pem, status };
    throw new LastwillError(
      'CLOUD_CALL_FAILED',
      `AWS gave certificate ${certificateId.slice(0, 12)} in a form that cannot be read: try again`,
    );
  }

  /** Names of the policies that are attached to a principal or thing group. @param target its ARN */
  async policiesOf(target: string): Promise<readonly string[]> {
    const { ListAttachedPoliciesCommand } = sdk();
    return everyPage('iot:ListAttachedPolicies', async (marker) => {
      const { policies, nextMarker } = await this.#session.call('iot:ListAttachedPolicies', () =>
        this.#session.iot.send(new ListAttachedPoliciesCommand({ target, marker })),
      );
      return { items: (policies ?? []).flatMap(({ policyName }) => policyName ?? []), next: nextMarker };
    });
  }

  /** Names of the things that a certificate is attached to. @param principal its ARN */
  async thingsOf(principal: string): Promise<readonly string[]> {
    const { ListPrincipalThingsCommand } = sdk();
    return everyPage('iot:ListPrincipalThings', async (token) => {
      const { things, nextToken } = await this.#session.call('iot:ListPrincipalThings', () =>
        this.#session.iot.send(new ListPrincipalThingsCommand({ principal, nextToken: token })),
      );
      return { items: things ?? [], next: nextToken };
    });
  }

  /** ARNs of what is attached to a thing; `undefined` when there is no such thing. */
  async principalsOf(thingName: string): Promise<readonly string[] | undefined> {
    const { DescribeThingCommand, ListThingPrincipalsCommand } = sdk();
    const thing = await this.#session.find('iot:DescribeThing', () =>
      this.#session.iot.send(new DescribeThingCommand({ thingName })),
    );
    if (thing === undefined) return undefined;
    return everyPage('iot:ListThingPrincipals', async (token) => {
      const { principals, nextToken } = await this.#session.call('iot:ListThingPrincipals', () =>
        this.#session.iot.send(new ListThingPrincipalsCommand({ thingName, nextToken: token })),
      );
      return { items: principals ?? [], next: nextToken };
    });
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

function sdk(): typeof import('@aws-sdk/client-iot') {
  return require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
}

import { X509Certificate } from 'node:crypto';
import { ArnFormat, type IResource, Resource, Stack } from 'aws-cdk-lib';
import { CfnCACertificate } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { problemsIn, whenKnown } from './prop-check';
import type { IProvisioningTemplate } from './provisioning-template';

/** A certificate authority of one's own that AWS IoT Core knows. */
export interface ICaCertificate extends IResource {
  /** `arn:<partition>:iot:<region>:<account>:cacert/<id>` */
  readonly caCertificateArn: string;
  /** 64 hexadecimal digits. */
  readonly caCertificateId: string;
  /** Text of the authority's certificate in PEM. @default - not known: it was imported by its ARN alone */
  readonly caCertificatePem?: string;
}

/** What an authority is that AWS IoT Core knows already. */
export interface CaCertificateAttributes {
  /** `arn:<partition>:iot:<region>:<account>:cacert/<id>` */
  readonly caCertificateArn: string;
  /** Text of its certificate in PEM; certificates under it are registered with it. */
  readonly caCertificatePem: string;
}

/** Properties of {@link CaCertificate}. */
export interface CaCertificateProps {
  /** Text of the authority's certificate in PEM. Changing it replaces the authority. */
  readonly caCertificatePem: string;
  /**
   * Text of a certificate in PEM that the authority has signed for the account's registration code: it proves that the
   * authority is yours, and devices need not send the server name.
   * @default - without proof; devices must send the server name (`SNI_ONLY`)
   */
  readonly verificationCertificatePem?: string;
  /** Whether the certificates under it are taken. @default true */
  readonly active?: boolean;
  /**
   * Template by which a device registers itself when it first connects with a certificate under this authority (JITP).
   * @default - devices are registered otherwise
   */
  readonly provisioningTemplate?: IProvisioningTemplate;
}

/**
 * A certificate authority of one's own, for devices whose certificates AWS has not signed.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html
 */
export class CaCertificate extends Resource implements ICaCertificate {
  /** Uses an authority that AWS IoT Core knows already. */
  static fromCaCertificateArn(scope: Construct, id: string, caCertificateArn: string): ICaCertificate {
    return new ImportedCaCertificate(scope, id, caCertificateArn, idIn(Stack.of(scope), caCertificateArn));
  }

  /**
   * Uses an authority that AWS IoT Core knows already, also to register certificates under it.
   * @throws LastwillError CREDENTIAL_INVALID when the text is no certificate of an authority.
   */
  static fromCaCertificateAttributes(
    scope: Construct,
    id: string,
    { caCertificateArn, caCertificatePem }: CaCertificateAttributes,
  ): ICaCertificate {
    throwIfAny(
      'CREDENTIAL_INVALID',
      problemsIn([whenKnown(caCertificatePem, (pem) => certificateProblem('caCertificatePem', pem, true))]),
    );
    const caId = idIn(Stack.of(scope), caCertificateArn);
    return new ImportedCaCertificate(scope, id, caCertificateArn, caId, caCertificatePem);
  }

  readonly caCertificateArn: string;
  readonly caCertificateId: string;
  /** Text of the authority's certificate in PEM. */
  readonly caCertificatePem: string;

  /** @throws LastwillError CREDENTIAL_INVALID when a text is no certificate, or not that of an authority. */
  constructor(scope: Construct, id: string, props: CaCertificateProps) {
    super(scope, id);
    throwIfAny(
      'CREDENTIAL_INVALID',
      problemsIn([
        whenKnown(props.caCertificatePem, (pem) => certificateProblem('caCertificatePem', pem, true)),
        whenKnown(props.verificationCertificatePem, (pem) =>
          certificateProblem('verificationCertificatePem', pem, false),
        ),
      ]),
    );
    const ca = new CfnCACertificate(this, 'Resource', {
      caCertificatePem: props.caCertificatePem,
      verificationCertificatePem: props.verificationCertificatePem,
      certificateMode: props.verificationCertificatePem === undefined ? 'SNI_ONLY' : 'DEFAULT',
      status: props.active === false ? 'INACTIVE' : 'ACTIVE',
      autoRegistrationStatus: props.provisioningTemplate === undefined ? undefined : 'ENABLE',
      registrationConfig:
        props.provisioningTemplate === undefined
          ? undefined
          : { templateName: props.provisioningTemplate.templateName },
    });
    this.caCertificatePem = props.caCertificatePem;
    this.caCertificateArn = ca.attrArn;
    this.caCertificateId = ca.ref;
  }
}

class ImportedCaCertificate extends Resource implements ICaCertificate {
  constructor(
    scope: Construct,
    id: string,
    readonly caCertificateArn: string,
    readonly caCertificateId: string,
    readonly caCertificatePem?: string,
  ) {
    super(scope, id);
  }
}

function idIn(stack: Stack, caCertificateArn: string): string {
  const id = stack.splitArn(caCertificateArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
  if (id !== undefined) return id;
  throw new LastwillError(
    'OPTION_INVALID',
    mustBe('caCertificateArn', 'the ARN of a CA certificate', caCertificateArn),
  );
}

// The text itself is never quoted: what was passed by mistake may be a key.
function certificateProblem(prop: string, pem: string, mustBeAuthority: boolean): string | undefined {
  if (/PRIVATE KEY/.test(pem)) return `${prop} must be free of private keys: a key never enters a template`;
  try {
    const isAuthority = new X509Certificate(pem).ca;
    return mustBeAuthority && !isAuthority ? `${prop} must be the certificate of an authority (CA:TRUE)` : undefined;
  } catch {
    return mustBe(prop, 'the text of one X.509 certificate in PEM', `${pem.length} characters of other text`);
  }
}

import { X509Certificate } from 'node:crypto';
import { ArnFormat, type IResource, Resource, Stack } from 'aws-cdk-lib';
import { CfnCertificate } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import type { ICaCertificate } from './ca-certificate';
import { problemsIn, whenKnown } from './prop-check';

/** An X.509 client certificate that AWS IoT Core knows. */
export interface ICertificate extends IResource {
  /** `arn:<partition>:iot:<region>:<account>:cert/<id>` */
  readonly certificateArn: string;
  /** 64 hexadecimal digits, by which `aws iot describe-certificate` gives the certificate itself. */
  readonly certificateId: string;
}

/** Whether a certificate lets its holder in. */
export enum CertificateStatus {
  /** The holder may connect. */
  ACTIVE = 'ACTIVE',
  /** The holder may not connect for now. */
  INACTIVE = 'INACTIVE',
  /** The holder may never connect again. */
  REVOKED = 'REVOKED',
}

/** What every certificate can be told. */
export interface CertificateOptions {
  /** Whether the holder may connect. @default CertificateStatus.ACTIVE */
  readonly status?: CertificateStatus;
}

/**
 * Properties of {@link Certificate}: exactly one of the two. Neither holds a private key; a text that does is refused,
 * so that a key cannot get into a template.
 */
export interface CertificateProps extends CertificateOptions {
  /**
   * Text of a certificate signing request in PEM, at most 4096 characters. AWS signs it; the key stays with the device.
   * Changing it replaces the certificate.
   * @default - a certificate that exists is registered
   */
  readonly certificateSigningRequest?: string;
  /**
   * Text of a certificate in PEM that somebody else has signed; its CA need not be registered (`SNI_ONLY`).
   * Changing it replaces the certificate.
   * @default - a signing request is signed
   */
  readonly certificatePem?: string;
  /**
   * Authority that has signed the certificate, when it is registered: devices then need not send the server name.
   * @default - the certificate is registered without its authority (`SNI_ONLY`)
   */
  readonly caCertificate?: ICaCertificate;
}

/** What a certificate that somebody else has signed can be told. */
export interface CertificatePemOptions extends CertificateOptions {
  /** Authority that has signed the certificate. @default - registered without its authority (`SNI_ONLY`) */
  readonly caCertificate?: ICaCertificate;
}

/**
 * A client certificate: signed by AWS from a request, or registered as it is.
 *
 * @example
 * const certificate = Certificate.fromCsr(stack, 'PumpCertificate', readFileSync('pump7.csr', 'utf8'));
 */
export class Certificate extends Resource implements ICertificate {
  /** Has AWS sign a certificate signing request. @param csr its text in PEM, not a path */
  static fromCsr(scope: Construct, id: string, csr: string, options: CertificateOptions = {}): Certificate {
    return new Certificate(scope, id, { ...options, certificateSigningRequest: csr });
  }

  /** Registers a certificate that somebody else has signed. @param pem its text in PEM, not a path */
  static fromPem(scope: Construct, id: string, pem: string, options: CertificatePemOptions = {}): Certificate {
    return new Certificate(scope, id, { ...options, certificatePem: pem });
  }

  /** Uses a certificate that AWS IoT Core knows already. */
  static fromCertificateArn(scope: Construct, id: string, certificateArn: string): ICertificate {
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        whenKnown(certificateArn, (arn) =>
          CERTIFICATE_ARN.test(arn) ? undefined : mustBe('certificateArn', 'the ARN of a certificate', arn),
        ),
      ]),
    );
    const certificateId = Stack.of(scope).splitArn(certificateArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    return new ImportedCertificate(scope, id, certificateArn, certificateId as string);
  }

  readonly certificateArn: string;
  readonly certificateId: string;

  /**
   * @throws LastwillError OPTION_INVALID or CREDENTIAL_INVALID when the text is not what the prop says, or another
   * authority has signed the certificate.
   */
  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { certificateSigningRequest, certificatePem } = props;
    if ((certificateSigningRequest === undefined) === (certificatePem === undefined)) {
      throw new LastwillError(
        'OPTION_INVALID',
        `${this.node.path}: exactly one of certificateSigningRequest and certificatePem must be given`,
      );
    }
    const { caCertificate } = props;
    if (caCertificate !== undefined && caCertificate.caCertificatePem === undefined) {
      throw new LastwillError(
        'OPTION_INVALID',
        `caCertificate must be known with its PEM, ${caCertificate.node.path} was imported by its ARN alone; use CaCertificate.fromCaCertificateAttributes()`,
      );
    }
    const problems = [whenKnown(certificateSigningRequest, csrProblem), whenKnown(certificatePem, pemProblem)];
    throwIfAny('CREDENTIAL_INVALID', problemsIn(problems));
    throwIfAny('CREDENTIAL_INVALID', problemsIn([signatureProblem(certificatePem, caCertificate)]));
    const certificate = new CfnCertificate(this, 'Resource', {
      status: props.status ?? CertificateStatus.ACTIVE,
      certificateSigningRequest,
      certificatePem,
      caCertificatePem: props.caCertificate?.caCertificatePem,
      certificateMode: modeOf(props),
    });
    if (props.caCertificate !== undefined) certificate.node.addDependency(props.caCertificate);
    this.certificateArn = certificate.attrArn;
    this.certificateId = certificate.ref;
  }
}

class ImportedCertificate extends Resource implements ICertificate {
  constructor(
    scope: Construct,
    id: string,
    readonly certificateArn: string,
    readonly certificateId: string,
  ) {
    super(scope, id);
  }
}

function modeOf(props: CertificateProps): string | undefined {
  if (props.certificatePem === undefined) return undefined;
  return props.caCertificate === undefined ? 'SNI_ONLY' : 'DEFAULT';
}

const CERTIFICATE_ARN = /^arn:[\w-]+:iot:[\w-]+:\d{12}:cert\/[0-9a-f]+$/;
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-certificate.html */
const MAXIMUM_CSR_CHARACTERS = 4_096;
const CSR =
  /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----[\sA-Za-z0-9+/=]+-----END (NEW )?CERTIFICATE REQUEST-----\s*$/;
const PRIVATE_KEY = /PRIVATE KEY/;

// The texts themselves are never quoted: what was passed by mistake may be a key.
function csrProblem(text: string): string | undefined {
  if (PRIVATE_KEY.test(text)) return privateKeyProblem('certificateSigningRequest');
  if (!CSR.test(text)) {
    return mustBe('certificateSigningRequest', 'the text of a certificate signing request in PEM', describeText(text));
  }
  return text.length > MAXIMUM_CSR_CHARACTERS
    ? mustBe('certificateSigningRequest', `at most ${MAXIMUM_CSR_CHARACTERS} characters long`, text.length)
    : undefined;
}

function pemProblem(text: string): string | undefined {
  if (PRIVATE_KEY.test(text)) return privateKeyProblem('certificatePem');
  try {
    new X509Certificate(text);
    return undefined;
  } catch {
    return mustBe('certificatePem', 'the text of one X.509 certificate in PEM', describeText(text));
  }
}

/** AWS refuses a certificate under an authority that has not signed it. */
function signatureProblem(pem: string | undefined, authority: ICaCertificate | undefined): string | undefined {
  return whenKnown(authority?.caCertificatePem, (caPem) =>
    whenKnown(pem, (text) =>
      new X509Certificate(text).verify(new X509Certificate(caPem).publicKey)
        ? undefined
        : `certificatePem must be signed by caCertificate, ${authority?.node.path} has not signed it`,
    ),
  );
}

function privateKeyProblem(prop: string): string {
  return `${prop} must be free of private keys: a key stays where it was made and never enters a template`;
}

function describeText(text: string): string {
  const isPath = !text.includes('\n') && text.length < 256;
  return isPath ? `${text} (pass the contents of the file, not its path)` : `${text.length} characters of other text`;
}

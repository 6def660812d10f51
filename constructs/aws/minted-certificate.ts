import { CustomResource, Duration, RemovalPolicy, Resource } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { mustBe, throwIfAny } from '../../presence/errors';
import { acknowledge } from './acknowledgement';
import type { ICertificate } from './certificate';
import { MintingFunction } from './minting-function';
import { nameProblem, problemsIn, whenKnown } from './prop-check';

/** Properties of {@link MintedCertificate}. */
export interface MintedCertificateProps {
  /** Name of the secret: 1 to 512 letters, digits or any of `/_+=.@-`. @default - chosen by CloudFormation */
  readonly secretName?: string;
  /** Key that encrypts the secret. @default - a key of its own, rotated every year */
  readonly encryptionKey?: IKey;
  /**
   * Which certificate of the device this is, counted from 1. A higher number mints a new certificate into the same
   * secret and then deletes the old one; when the deployment is rolled back, the secret holds the old one again.
   * @default 1
   */
  readonly generation?: number;
  /** What becomes of secret and key when the certificate is deleted. @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A certificate whose key AWS makes at deployment and puts into a secret of Secrets Manager, and nowhere else: no
 * template, output, event or log holds it. The secret is a JSON object with `certificateId`, `certificatePem` and
 * `privateKey`. Prefer a signing request (`Certificate.fromCsr`) where the device can make its own key.
 *
 * @example
 * const certificate = new MintedCertificate(stack, 'GatewayCertificate');
 * certificate.secret.grantRead(provisioner);
 */
export class MintedCertificate extends Resource implements ICertificate {
  readonly certificateArn: string;
  readonly certificateId: string;
  /** The secret that holds certificate and key. */
  readonly secret: ISecret;
  /** The key that encrypts the secret. */
  readonly encryptionKey: IKey;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: MintedCertificateProps = {}) {
    super(scope, id);
    throwIfAny('OPTION_INVALID', problemsOf(props));
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    this.encryptionKey =
      props.encryptionKey ??
      new Key(this, 'Key', {
        description: `Encrypts the private key of ${this.node.path}`,
        enableKeyRotation: true,
        removalPolicy,
      });
    this.secret = new Secret(this, 'Secret', {
      secretName: props.secretName,
      description: `Certificate and private key of ${this.node.path}`,
      encryptionKey: this.encryptionKey,
      removalPolicy,
    });
    acknowledge(this.secret, 'SMG4', 'a new key must reach the device: it is minted when `generation` is raised');
    const minted = this.#mint(props.generation ?? 1);
    this.certificateArn = minted.getAttString('Arn');
    this.certificateId = minted.ref;
  }

  #mint(generation: number): CustomResource {
    const { handler, role } = MintingFunction.of(this);
    const mayStore = new Policy(this, 'MayStore', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          resources: [this.secret.secretArn],
        }),
        new PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [this.encryptionKey.keyArn],
        }),
      ],
    });
    const minted = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::MintedCertificate',
      serviceToken: handler.functionArn,
      properties: { SecretArn: this.secret.secretArn, Generation: String(generation) },
      serviceTimeout: SERVICE_TIMEOUT,
    });
    minted.node.addDependency(mayStore, handler);
    return minted;
  }
}

/** Longer than the function runs; CloudFormation would wait an hour for an answer that is lost. */
const SERVICE_TIMEOUT = Duration.minutes(5);

function problemsOf(props: MintedCertificateProps): string[] {
  return problemsIn([
    nameProblem('secretName', props.secretName, /^[\w/+=.@-]{1,512}$/, "1 to 512 letters, digits or any of '/_+=.@-'"),
    whenKnown(props.generation, (generation) =>
      Number.isInteger(generation) && generation >= 1
        ? undefined
        : mustBe('generation', 'a whole number from 1', generation),
    ),
  ]);
}

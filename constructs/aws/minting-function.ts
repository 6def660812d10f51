import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeWildcard } from './acknowledgement';

/**
 * What the function runs, as text so that the template holds all of it. It writes no log, and the key goes nowhere but
 * into the secret: what it answers is kept by CloudFormation, where everybody who may describe the stack can read it.
 * A version of the secret is called like its certificate: when a rollback takes the certificate away, the version before
 * it is the current one again. The answer is sent as bytes, for their type is not in the URL's signature.
 */
export const MINTING_CODE = `
const {
  CreateKeysAndCertificateCommand, DeleteCertificateCommand, IoTClient, UpdateCertificateCommand,
} = require('@aws-sdk/client-iot');
const {
  DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand,
} = require('@aws-sdk/client-secrets-manager');
const iot = new IoTClient({});
const secrets = new SecretsManagerClient({});
const CERTIFICATE_ID = /^[0-9a-f]{64}$/;

async function mint(event) {
  const minted = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateId, certificateArn, certificatePem, keyPair } = minted;
  const SecretString = JSON.stringify({ certificateId, certificatePem, privateKey: keyPair.PrivateKey });
  try {
    const SecretId = event.ResourceProperties.SecretArn;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken: certificateId }));
  } catch (error) {
    await remove(certificateId);
    throw error;
  }
  return { PhysicalResourceId: certificateId, Data: { Arn: certificateArn } };
}

async function remove(certificateId) {
  if (!CERTIFICATE_ID.test(certificateId)) return;
  try {
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
  } catch (error) {
    if (error.name !== 'ResourceNotFoundException') throw error;
  }
}

async function restore(SecretId, certificateId) {
  try {
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    const versionAt = (stage) => Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes(stage));
    const MoveToVersionId = versionAt('AWSPREVIOUS');
    if (versionAt('AWSCURRENT') !== certificateId || MoveToVersionId === undefined) return;
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId: certificateId };
    await secrets.send(new UpdateSecretVersionStageCommand(move));
  } catch (error) {
    if (!['ResourceNotFoundException', 'AccessDeniedException'].includes(error.name)) throw error;
  }
}

async function take({ PhysicalResourceId, ResourceProperties }) {
  await remove(PhysicalResourceId);
  if (CERTIFICATE_ID.test(PhysicalResourceId)) await restore(ResourceProperties.SecretArn, PhysicalResourceId);
  return {};
}

async function answer(event, result) {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'nothing' } = event;
  const body = Buffer.from(JSON.stringify({ PhysicalResourceId, ...result, StackId, RequestId, LogicalResourceId }));
  for (let attempt = 1; ; attempt++) {
    try {
      const { ok, status } = await fetch(event.ResponseURL, { method: 'PUT', body });
      if (ok) return;
      throw new Error('CloudFormation answered ' + status);
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

exports.handler = async (event) => {
  try {
    const result = event.RequestType === 'Delete' ? await take(event) : await mint(event);
    await answer(event, { Status: 'SUCCESS', ...result });
  } catch (error) {
    await answer(event, { Status: 'FAILED', Reason: error.name + ': ' + error.message });
  }
};
`.trim();

/** The function of a stack that mints certificates; one serves all certificates of the stack. */
export class MintingFunction extends Construct {
  /** The function of the stack that `scope` is in, made when it is asked for first. */
  static of(scope: IConstruct): MintingFunction {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(CHILD_ID);
    return existing === undefined ? new MintingFunction(stack) : (existing as MintingFunction);
  }

  /** What the function runs in; each certificate gives it a policy for its own secret. */
  readonly role: Role;
  readonly handler: LambdaFunction;

  private constructor(stack: Stack) {
    super(stack, CHILD_ID);
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      description: 'What the function that mints device certificates may do',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(this.role);
    this.#allowCertificates(stack);
    this.handler = new LambdaFunction(this, 'Function', {
      description: 'Mints device certificates; their keys go into Secrets Manager and nowhere else',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(MINTING_CODE),
      role: this.role,
      logGroup,
      timeout: Duration.minutes(1),
      // A second attempt would mint a second certificate, which nobody would know of.
      retryAttempts: 0,
    });
  }

  #allowCertificates(stack: Stack): void {
    this.role.addToPolicy(new PolicyStatement({ actions: ['iot:CreateKeysAndCertificate'], resources: ['*'] }));
    const certificates = stack.formatArn({ service: 'iot', resource: 'cert', resourceName: '*' });
    const actions = ['iot:UpdateCertificate', 'iot:DeleteCertificate'];
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [certificates] }));
    acknowledgeWildcard(this.role, '*', 'iot:CreateKeysAndCertificate knows no resources');
    acknowledgeWildcard(this.role, certificates, 'the ids of certificates are made at deployment');
  }
}

const CHILD_ID = 'LastwillMintingFunction';

import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DevicePolicy, MintedCertificate, Thing } from '../../../constructs/aws';
import { LocalCloud } from '../../../testing';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

test('the key goes into a secret under a customer key that is rotated', () => {
  const { secret, encryptionKey } = new MintedCertificate(stack, 'Certificate', { secretName: 'pump7' });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'pump7',
    KmsKeyId: stack.resolve(encryptionKey.keyArn),
  });
  template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  template.hasResourceProperties('Custom::MintedCertificate', {
    SecretArn: stack.resolve(secret.secretArn),
    Generation: '1',
  });
});

test('the certificate can be attached to a thing like any other', () => {
  const certificate = new MintedCertificate(stack, 'Certificate');
  new Thing(stack, 'Thing', { thingName: 'pump7' }).attachCertificate(certificate);

  const template = Template.fromStack(stack);
  const [minted] = Object.keys(template.findResources('Custom::MintedCertificate'));
  template.hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', {
    Principal: { 'Fn::GetAtt': [minted, 'Arn'] },
  });
});

test('one function mints all certificates of a stack, with a policy per certificate for its secret alone', () => {
  const encryptionKey = new Key(stack, 'Key');
  const one = new MintedCertificate(stack, 'One', { encryptionKey });
  new MintedCertificate(stack, 'Two', { encryptionKey });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.resourceCountIs('AWS::KMS::Key', 1);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          Resource: stack.resolve(one.secret.secretArn),
        },
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: stack.resolve(encryptionKey.keyArn),
        },
      ],
    },
  });
});

test('the function may mint and delete certificates, and otherwise only write its log', () => {
  new MintedCertificate(stack, 'Certificate');

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: Match.anyValue() },
        { Effect: 'Allow', Action: 'iot:CreateKeysAndCertificate', Resource: '*' },
        {
          Effect: 'Allow',
          Action: ['iot:UpdateCertificate', 'iot:DeleteCertificate'],
          Resource: {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:cert/*']],
          },
        },
      ],
    },
  });
});

test('the function is not run again when it failed: each run mints a certificate', () => {
  new MintedCertificate(stack, 'Certificate');

  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
});

test('fails for a bad name and a generation below 1', () => {
  expect(() => new MintedCertificate(stack, 'Certificate', { secretName: 'a b', generation: 0 })).toThrow(
    "secretName must be 1 to 512 letters, digits or any of '/_+=.@-', got 'a b'; generation must be a whole number from 1, got 0",
  );
});

test('a thing connects with its minted certificate in the embedded cloud, under the policies that it has', async () => {
  const stack = new Stack(new App(), 'Stack');
  const certificate = new MintedCertificate(stack, 'Certificate');
  new Thing(stack, 'Gateway', { thingName: 'gateway1' }).attachCertificate(certificate);
  new DevicePolicy(stack, 'Policy').allowConnect().attachTo(certificate);

  const cloud = await LocalCloud.deploy(stack);

  expect((await cloud.connect('gateway1')).clientId).toBe('gateway1');
});

import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  CertificateField,
  DevicePolicy,
  ProvisioningTemplate,
  ProvisioningTemplateType,
  ProvisioningValue,
  ThingGroup,
  ThingType,
} from '../../../constructs/aws';

let stack: Stack;
let policy: DevicePolicy;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
  policy = new DevicePolicy(stack, 'Policy').allowConnect();
});

const serialNumber = ProvisioningValue.parameter('SerialNumber');

/** The body as AWS will read it, with references replaced by their logical ids. */
function body(): unknown {
  const [template] = Object.values(Template.fromStack(stack).findResources('AWS::IoT::ProvisioningTemplate'));
  const parts: readonly unknown[] = template?.Properties.TemplateBody['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : (part as { Ref: string }).Ref)).join(''));
}

test('for each device a thing, its certificate and the fleet’s policy are registered', () => {
  new ProvisioningTemplate(stack, 'Fleet', {
    templateName: 'pumps',
    thing: {
      name: ProvisioningValue.join(ProvisioningValue.text('pump-'), serialNumber),
      thingType: ThingType.fromThingTypeName(stack, 'Type', 'pump'),
      thingGroups: [ThingGroup.fromThingGroupName(stack, 'Group', 'north')],
      attributes: { site: ProvisioningValue.parameter('Site'), kind: ProvisioningValue.text('pump') },
    },
    policy,
  });

  expect(body()).toEqual({
    Parameters: {
      SerialNumber: { Type: 'String' },
      'AWS::IoT::Certificate::Id': { Type: 'String' },
      Site: { Type: 'String' },
    },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        OverrideSettings: { AttributePayload: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'REPLACE' },
        Properties: {
          ThingName: { 'Fn::Join': ['', ['pump-', { Ref: 'SerialNumber' }]] },
          ThingTypeName: 'pump',
          ThingGroups: ['north'],
          AttributePayload: { site: { Ref: 'Site' }, kind: 'pump' },
        },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'Policy23B91518' } },
    },
  });
});

test('a template is for fleet provisioning, enabled, with a role that may register devices', () => {
  new ProvisioningTemplate(stack, 'Fleet', { templateName: 'pumps', thing: { name: serialNumber }, policy });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IoT::ProvisioningTemplate', {
    TemplateName: 'pumps',
    TemplateType: 'FLEET_PROVISIONING',
    Enabled: true,
  });
  template.hasResourceProperties('AWS::IAM::Role', {
    ManagedPolicyArns: [
      {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSIoTThingsRegistration']],
      },
    ],
  });
});

test('with just-in-time provisioning the thing is named after its certificate', () => {
  new ProvisioningTemplate(stack, 'Fleet', {
    templateName: 'pumps',
    type: ProvisioningTemplateType.JITP,
    thing: { name: ProvisioningValue.certificate(CertificateField.COMMON_NAME) },
    policy,
  });

  expect(body()).toMatchObject({
    Resources: { thing: { Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } } } },
  });
});

test('a function can be asked first, and only this template may ask it', () => {
  const preProvisioningHook = LambdaFunction.fromFunctionAttributes(stack, 'Hook', {
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:hook',
    sameEnvironment: true,
  });
  new ProvisioningTemplate(stack, 'Fleet', {
    templateName: 'pumps',
    thing: { name: serialNumber },
    policy,
    preProvisioningHook,
  });

  const template = Template.fromStack(stack);
  const [permission] = Object.keys(
    template.findResources('AWS::Lambda::Permission', {
      Properties: {
        Principal: 'iot.amazonaws.com',
        SourceAccount: '123456789012',
        SourceArn: {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:provisioningtemplate/pumps'],
          ],
        },
      },
    }),
  );
  template.hasResource('AWS::IoT::ProvisioningTemplate', {
    DependsOn: Match.arrayWith([permission]),
    Properties: {
      PreProvisioningHook: {
        PayloadVersion: '2020-04-01',
        TargetArn: 'arn:aws:lambda:eu-central-1:123456789012:function:hook',
      },
    },
  });
});

test.each([
  [false, 'create-from-csr'],
  [true, 'create'],
])(
  'a claim certificate may ask for a certificate and the template, and nothing else (keys from the cloud: %s)',
  (keysFromCloud, create) => {
    const template = ProvisioningTemplate.fromTemplateName(stack, 'Fleet', 'pumps');
    template.createClaimPolicy(stack, 'Claim', { keysFromCloud });

    const arn = (rest: string): object => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:${rest}`]],
    });
    const arns = (kind: string): object[] => [
      arn(`${kind}/$aws/certificates/${create}/*`),
      arn(`${kind}/$aws/provisioning-templates/pumps/provision/*`),
    ];
    Template.fromStack(stack).hasResourceProperties('AWS::IoT::Policy', {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'iot:Connect', Resource: arn('client/claim-*') },
          { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arns('topic') },
          { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arns('topicfilter') },
        ],
      },
    });
  },
);

test('fails for a bad name, the same thing for every device, and more groups than a thing can be in', () => {
  const thingGroups = Array.from({ length: 11 }, (_, index) =>
    ThingGroup.fromThingGroupName(stack, `Group${index}`, `group${index}`),
  );
  const thing = { name: ProvisioningValue.text('pump'), thingGroups };

  expect(() => new ProvisioningTemplate(stack, 'Fleet', { templateName: 'a b', thing, policy })).toThrow(
    "templateName must be 1 to 36 letters, digits, '_' or '-', got 'a b'; " +
      "thing.name must be different for every device: use a parameter or a field of the certificate, got 'pump'; " +
      'thing.thingGroups must be at most 10, got 11',
  );
});

test('fails for a parameter that is no word', () => {
  expect(() => ProvisioningValue.parameter('Serial Number')).toThrow(
    "parameter must be letters and digits, got 'Serial Number'",
  );
});

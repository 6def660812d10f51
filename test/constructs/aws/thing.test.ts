import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate, Thing } from '../../../constructs/aws';
import { fixtureCsr } from '../../fixtures/store';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

test('a thing has its name and attributes', () => {
  new Thing(stack, 'Thing', { thingName: 'pump7', attributes: { site: 'north' } });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Thing', {
    ThingName: 'pump7',
    AttributePayload: { attributes: Match.absent(), Attributes: { site: 'north' } },
  });
});

test('a thing without a name leaves it to CloudFormation', () => {
  new Thing(stack, 'Thing');

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Thing', { ThingName: Match.absent() });
});

test('the attachment refers to thing and certificate, so that both are created before it and deleted after it', () => {
  const thing = new Thing(stack, 'Thing', { thingName: 'pump7' });
  thing.attachCertificate(Certificate.fromCsr(stack, 'Certificate', fixtureCsr('pump7')));

  const template = Template.fromStack(stack);
  const [thingId] = Object.keys(template.findResources('AWS::IoT::Thing'));
  const [certificateId] = Object.keys(template.findResources('AWS::IoT::Certificate'));
  template.hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', {
    ThingName: { Ref: thingId },
    Principal: { 'Fn::GetAtt': [certificateId, 'Arn'] },
    ThingPrincipalType: Match.absent(),
  });
});

test('a certificate can belong to one thing alone', () => {
  const thing = new Thing(stack, 'Thing', { thingName: 'pump7' });
  thing.attachCertificate(Certificate.fromCsr(stack, 'Certificate', fixtureCsr('pump7')), { exclusive: true });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', {
    ThingPrincipalType: 'EXCLUSIVE_THING',
  });
});

test('one certificate serves several things', () => {
  const certificate = Certificate.fromCsr(stack, 'Certificate', fixtureCsr('pump7'));
  new Thing(stack, 'One', { thingName: 'one' }).attachCertificate(certificate);
  new Thing(stack, 'Two', { thingName: 'two' }).attachCertificate(certificate);

  Template.fromStack(stack).resourceCountIs('AWS::IoT::ThingPrincipalAttachment', 2);
});

test('an imported thing knows its ARN and takes certificates', () => {
  const thing = Thing.fromThingName(stack, 'Thing', 'pump7');
  thing.attachCertificate(Certificate.fromCsr(stack, 'Certificate', fixtureCsr('pump7')));

  expect(stack.resolve(thing.thingArn)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:thing/pump7']],
  });
  Template.fromStack(stack).hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', { ThingName: 'pump7' });
});

test('a thing that is imported by its ARN knows its name', () => {
  const thing = Thing.fromThingArn(stack, 'Thing', 'arn:aws:iot:eu-west-1:210987654321:thing/pump7');

  expect(thing.thingName).toBe('pump7');
});

test('fails for a name that no thing may have and for what a thing without a type cannot hold', () => {
  const attributes = { a: '1', b: '2', c: '3', 'd e': 'with blank' };

  expect(() => new Thing(stack, 'Thing', { thingName: 'pump 7', attributes })).toThrow(
    "thingName must be 1 to 128 letters, digits, ':', '_' or '-', got 'pump 7'; " +
      'attributes must be at most 3 for a thing without a type, got 4; ' +
      "attributes must be named with 1 to 128 letters, digits or any of '_.,@/:#-', got 'd e'; " +
      "attributes.d e must be at most 800 letters, digits or any of '_.,@/:#=[]-', got 'with blank'",
  );
});

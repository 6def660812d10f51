import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ThingType } from '../../../constructs/aws';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

test('a type has searchable attributes and attributes that go with messages', () => {
  new ThingType(stack, 'Pump', {
    thingTypeName: 'pump',
    description: 'what it is',
    searchableAttributes: ['site'],
    propagatedAttributes: [{ userPropertyKey: 'site', thingAttribute: 'site' }],
  });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::ThingType', {
    ThingTypeName: 'pump',
    ThingTypeProperties: {
      ThingTypeDescription: 'what it is',
      SearchableAttributes: ['site'],
      Mqtt5Configuration: { PropagatingAttributes: [{ UserPropertyKey: 'site', ThingAttribute: 'site' }] },
    },
  });
});

test('an imported type knows its ARN', () => {
  expect(stack.resolve(ThingType.fromThingTypeName(stack, 'Pump', 'pump').thingTypeArn)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:thingtype/pump']],
  });
});

test('fails for a bad name and a fourth searchable attribute', () => {
  const props = { thingTypeName: 'a b', searchableAttributes: ['a', 'b', 'c', 'd'] };

  expect(() => new ThingType(stack, 'Pump', props)).toThrow(
    "thingTypeName must be 1 to 128 letters, digits, ':', '_' or '-', got 'a b'; searchableAttributes must be at most 3, got 4",
  );
});

test('a type is imported by its ARN, whose last part is its name', () => {
  const arn = 'arn:aws:iot:eu-west-1:111111111111:thingtype/pump';

  expect(ThingType.fromThingTypeArn(stack, 'Imported', arn)).toMatchObject({
    thingTypeName: 'pump',
    thingTypeArn: arn,
  });
});

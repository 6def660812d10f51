import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DevicePolicy, Thing, ThingGroup } from '../../../constructs/aws';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

/** The calls of the custom resource, as text; references in them are written as they are in the template. */
function calls(type: string): Record<string, string> {
  const [resource] = Object.values(Template.fromStack(stack).findResources(type));
  const text = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
          .map((part) =>
            typeof part === 'string'
              ? part
              : `<${Object.values(part as object)
                  .flat()
                  .join('.')}>`,
          )
          .join('');
  return Object.fromEntries(
    Object.entries(resource?.Properties)
      .filter(([key]) => /Create|Update|Delete/.test(key))
      .map(([key, value]) => [key, text(value)]),
  );
}

test('a group has a description, attributes and a parent', () => {
  const parent = new ThingGroup(stack, 'Site', { thingGroupName: 'north' });
  new ThingGroup(stack, 'Pumps', {
    thingGroupName: 'pumps',
    description: 'what for',
    parent,
    attributes: { kind: 'pump' },
  });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::ThingGroup', {
    ThingGroupName: 'pumps',
    ParentGroupName: stack.resolve(parent.thingGroupName),
    ThingGroupProperties: { ThingGroupDescription: 'what for', AttributePayload: { Attributes: { kind: 'pump' } } },
  });
});

test('a thing is put into the group when it is created or changed and taken out when it goes', () => {
  ThingGroup.fromThingGroupName(stack, 'Group', 'pumps').addThing(Thing.fromThingName(stack, 'Thing', 'pump7'));

  const { Create, Update, Delete } = calls('Custom::AddThingToThingGroup');
  expect(JSON.parse(Create as string)).toMatchObject({
    service: 'iot',
    action: 'AddThingToThingGroup',
    parameters: { thingGroupName: 'pumps', thingName: 'pump7' },
  });
  expect(Update).toBe(Create);
  expect(JSON.parse(Delete as string)).toMatchObject({
    action: 'RemoveThingFromThingGroup',
    parameters: { thingGroupName: 'pumps', thingName: 'pump7' },
    ignoreErrorCodesMatching: 'ResourceNotFoundException',
  });
});

test('who puts the thing into the group may do that for these two and nothing else', () => {
  const group = new ThingGroup(stack, 'Group', { thingGroupName: 'pumps' });
  const thing = new Thing(stack, 'Thing', { thingName: 'pump7' });
  group.addThing(thing);

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iot:AddThingToThingGroup', 'iot:RemoveThingFromThingGroup'],
          Resource: [stack.resolve(group.thingGroupArn), stack.resolve(thing.thingArn)],
        },
      ],
    },
  });
});

test('a policy is attached to the group and detached from it', () => {
  ThingGroup.fromThingGroupName(stack, 'Group', 'pumps').addPolicy(
    DevicePolicy.fromPolicyName(stack, 'Policy', 'fleet'),
  );

  const { Create, Delete } = calls('Custom::AttachPolicy');
  expect(JSON.parse(Create as string)).toMatchObject({ action: 'AttachPolicy', parameters: { policyName: 'fleet' } });
  expect(JSON.parse(Delete as string)).toMatchObject({ action: 'DetachPolicy' });
  const arn = (rest: string): object => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:${rest}`]],
  });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iot:AttachPolicy', 'iot:DetachPolicy'],
          Resource: [arn('thinggroup/pumps'), arn('policy/fleet')],
        },
      ],
    },
  });
});

test('all memberships are the work of one function', () => {
  const group = new ThingGroup(stack, 'Group', { thingGroupName: 'pumps' });
  for (const name of ['a', 'b', 'c']) group.addThing(new Thing(stack, name, { thingName: name }));

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.resourceCountIs('Custom::AddThingToThingGroup', 3);
  template.allResourcesProperties('Custom::AddThingToThingGroup', { ServiceToken: Match.anyValue() });
});

test('a group that is imported by its ARN knows its name', () => {
  const arn = 'arn:aws:iot:eu-west-1:123456789012:thinggroup/pumps';

  expect(ThingGroup.fromThingGroupArn(stack, 'Group', arn).thingGroupName).toBe('pumps');
});

test('fails for a bad name', () => {
  expect(() => new ThingGroup(stack, 'Group', { thingGroupName: 'a b' })).toThrow(
    "thingGroupName must be 1 to 128 letters, digits, ':', '_' or '-', got 'a b'",
  );
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
test.each(['pumps', 'pump7', 'fleet'])(
  'when %s gets another name, what is tied to the old one is untied by a resource of its own',
  (changed) => {
    const logicalIds = (name: (old: string) => string): string[] => {
      const other = new Stack(new App(), 'Stack');
      const group = new ThingGroup(other, 'Group', { thingGroupName: name('pumps') });
      group.addThing(new Thing(other, 'Thing', { thingName: name('pump7') }));
      group.addPolicy(new DevicePolicy(other, 'Policy', { policyName: name('fleet') }).allowConnect());
      const template = Template.fromStack(other);
      return ['Custom::AddThingToThingGroup', 'Custom::AttachPolicy'].flatMap((type) =>
        Object.keys(template.findResources(type)),
      );
    };

    const before = logicalIds((old) => old);
    const after = logicalIds((old) => (old === changed ? `${old}-new` : old));

    expect(logicalIds((old) => old)).toEqual(before);
    expect(after.filter((id) => before.includes(id))).toHaveLength(changed === 'pumps' ? 0 : 1);
  },
);

import { ConnectionContext } from '../../../semantics/iot-policy/connection-context';
import { policiesOf } from './policies';

const context = new ConnectionContext({
  clientId: 'lwtThing',
  sourceIp: '192.168.7.9',
  thing: { name: 'lwtThing', attributes: { line: 'L1', version: '12', built: '2026-03-01T00:00:00Z' } },
});

function holds(
  operator: string,
  key: string,
  value: unknown,
  keys?: Readonly<Record<string, readonly string[]>>,
): boolean {
  const policies = policiesOf({
    Effect: 'Allow',
    Action: 'iot:Publish',
    Resource: '*',
    Condition: { [operator]: { [key]: value } },
  });
  return policies.evaluate({ action: 'iot:Publish', resource: 'arn:aws:iot:r:a:topic/x', keys }, context).allowed;
}

const LINE = 'iot:Connection.Thing.Attributes[line]';
const VERSION = 'iot:Connection.Thing.Attributes[version]';
const BUILT = 'iot:Connection.Thing.Attributes[built]';
const ABSENT = 'iot:Connection.Thing.Attributes[absent]';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
test.each([
  ['StringEquals', LINE, 'L1', true],
  ['StringEquals', LINE, 'l1', false],
  ['StringEquals', LINE, ['L0', 'L1'], true],
  ['StringEquals', LINE, 'L*', false],
  ['StringEquals', ABSENT, 'L1', false],
  ['StringNotEquals', LINE, ['L0', 'L1'], false],
  ['StringNotEquals', LINE, 'L2', true],
  ['StringNotEquals', ABSENT, 'L1', true],
  ['StringEqualsIgnoreCase', LINE, 'l1', true],
  ['StringNotEqualsIgnoreCase', LINE, 'l1', false],
  ['StringLike', LINE, 'L?', true],
  ['StringLike', LINE, 'M*', false],
  ['StringNotLike', LINE, 'L*', false],
  ['StringNotLike', ABSENT, 'L*', true],
  ['StringEqualsIfExists', ABSENT, 'L1', true],
  ['StringEqualsIfExists', LINE, 'L2', false],
  ['NumericEquals', VERSION, '12.0', true],
  ['NumericNotEquals', VERSION, 12, false],
  ['NumericLessThan', VERSION, 12, false],
  ['NumericLessThanEquals', VERSION, 12, true],
  ['NumericGreaterThan', VERSION, 9, true],
  ['NumericGreaterThanEquals', VERSION, 13, false],
  ['NumericEquals', LINE, 1, false],
  ['DateGreaterThan', BUILT, '2026-02-28', true],
  ['DateLessThan', BUILT, '2026-02-28', false],
  ['DateEquals', BUILT, '1772323200', true],
  ['Bool', 'iot:Connection.Thing.IsAttached', 'true', true],
  ['Bool', 'iot:Connection.Thing.IsAttached', true, true],
  ['Bool', 'iot:Connection.Thing.IsAttached', 'FALSE', false],
  ['BinaryEquals', ABSENT, 'QQ==', false],
  ['IpAddress', 'aws:SourceIp', '192.168.0.0/16', true],
  ['IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.168.7.9'], true],
  ['IpAddress', 'aws:SourceIp', '2001:db8::/32', false],
  ['NotIpAddress', 'aws:SourceIp', '192.168.0.0/16', false],
  ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
  ['Null', LINE, 'false', true],
  ['Null', LINE, 'true', false],
  ['Null', ABSENT, 'true', true],
  ['StringEquals', 'iot:ClientId', '${iot:Connection.Thing.ThingName}', true],
  ['StringNotEquals', 'iot:ClientId', '${iot:Connection.Thing.ThingName}', false],
  ['StringNotEquals', 'iot:ClientId', '${iot:Connection.Thing.ThingTypeName}', false],
  ['StringEquals', 'iot:ClientId', ['${iot:Connection.Thing.ThingTypeName}', 'lwtThing'], true],
])('%s %s %j is %s', (operator, key, value, expected) => {
  expect(holds(operator, key, value)).toBe(expected);
});

const TOPIC = { 'iot:LastWillTopic': ['arn:aws:iot:us-east-1:123456789012:topic/a/b'] };

test.each([
  ['ArnEquals', 'arn:aws:iot:us-east-1:123456789012:topic/a/b', true],
  ['ArnEquals', 'arn:aws:iot:*:*:topic/a/*', true],
  ['ArnLike', 'arn:aws:iot:*:topic/a/b', false],
  ['ArnLike', 'arn:aws:iot:us-east-1:123456789012:topic/?/b', true],
  ['ArnLike', 'arn:aws:iot:us-east-1:123456789012:topic/${iot:ClientId}', false],
  ['ArnLike', '*', true],
  ['ArnNotLike', 'arn:aws:iot:*:*:topic/a/*', false],
  ['ArnNotEquals', 'arn:aws:iot:*:*:topic/c', true],
])(
  '%s %s against the ARN of topic a/b is %s: the parts of an ARN are compared one by one',
  (operator, value, expected) => {
    expect(holds(operator, 'iot:LastWillTopic', value, TOPIC)).toBe(expected);
  },
);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
test.each([
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', ['a', 'd'], ['a', 'b', 'c'], false],
  ['ForAllValues:StringEquals', [], ['a'], true],
  ['ForAnyValue:StringEquals', ['a', 'd'], ['a', 'b'], true],
  ['ForAnyValue:StringEquals', ['d'], ['a', 'b'], false],
  ['ForAnyValue:StringEquals', [], ['a'], false],
  ['ForAnyValue:StringEqualsIfExists', [], ['a'], true],
  ['ForAllValues:StringNotEquals', ['a', 'd'], ['a'], false],
  ['ForAnyValue:StringNotEquals', ['a', 'd'], ['a'], true],
  ['ForAnyValue:StringNotEquals', [], ['a'], false],
  ['ForAnyValue:StringLike', ['abc'], ['a*'], true],
])('%s of the request values %j with the policy values %j is %s', (operator, requested, wanted, expected) => {
  expect(holds(operator, 'iot:Many', wanted, { 'iot:Many': requested })).toBe(expected);
});

test('an IPv4 address that arrived over an IPv6 socket counts as IPv4', () => {
  expect(holds('IpAddress', 'x:ip', '127.0.0.0/8', { 'x:ip': ['::ffff:127.0.0.1'] })).toBe(true);
});

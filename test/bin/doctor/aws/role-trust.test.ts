import { letsIotAssume } from '../../../../bin/doctor/aws/role-trust';

const iot = { Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' };
const conditional = { Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } };

test.each([
  ['one statement that is no list', iot],
  [
    'a list of services and actions',
    [{ ...iot, Principal: { Service: ['a.b', 'iot.amazonaws.com'] }, Action: ['sts:*'] }],
  ],
  ['everybody', [{ ...iot, Principal: '*' }]],
  ['the service in China', [{ ...iot, Principal: { Service: 'iot.amazonaws.com.cn' } }]],
  ['a condition, which counts as met', [{ ...iot, ...conditional }]],
  ['a denial with a condition, which counts as not met', [iot, { ...iot, Effect: 'Deny', ...conditional }]],
])('AWS IoT may take on a role that trusts it: %s', (_what, Statement) => {
  expect(letsIotAssume({ Version: '2012-10-17', Statement })).toBe(true);
});

test.each([
  ['another service', [{ ...iot, Principal: { Service: 'lambda.amazonaws.com' } }]],
  ['an account', [{ ...iot, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }]],
  ['another action', [{ ...iot, Action: 'sts:TagSession' }]],
  ['a denial', [iot, { ...iot, Effect: 'Deny' }]],
  ['nobody', []],
])('AWS IoT may not take on a role that trusts %s', (_what, Statement) => {
  expect(letsIotAssume({ Version: '2012-10-17', Statement })).toBe(false);
});

test.each([undefined, null, 'x', {}])('a trust policy that is none (%j) trusts nobody', (document) => {
  expect(letsIotAssume(document)).toBe(false);
});

import { LastwillError } from '../../../presence/errors';
import { parsePolicyDocument, policyDocumentSize } from '../../../semantics/iot-policy/policy-document';

const ALLOW = { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' };

function problemOf(document: unknown): string {
  try {
    parsePolicyDocument(document, 'lwtPolicy');
  } catch (error) {
    if (error instanceof LastwillError && error.code === 'POLICY_INVALID') return error.message;
    throw error;
  }
  return 'none';
}

test('a policy document may be an object or its JSON text, with one statement or a list', () => {
  const single = parsePolicyDocument({ Version: '2012-10-17', Statement: ALLOW }, 'p');
  const listed = parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: [ALLOW] }), 'p');

  expect(single).toEqual(listed);
  expect(single.statements).toEqual([
    {
      sid: undefined,
      effect: 'Allow',
      actions: ['iot:Connect'],
      actionsNegated: false,
      resources: ['*'],
      resourcesNegated: false,
      conditions: [],
    },
  ]);
});

test('actions, resources and condition values may be a string or a list', () => {
  const { statements } = parsePolicyDocument(
    {
      Version: '2012-10-17',
      Statement: {
        Sid: 'Publish',
        Effect: 'Deny',
        NotAction: ['iot:Connect', 'iot:Publish'],
        NotResource: ['arn:aws:iot:us-east-1:123456789012:topic/a'],
        Condition: { 'ForAnyValue:StringLikeIfExists': { 'iot:ClientId': ['a*', 'b*'] }, Bool: { 'x:y': true } },
      },
    },
    'p',
  );

  expect(statements).toEqual([
    {
      sid: 'Publish',
      effect: 'Deny',
      actions: ['iot:Connect', 'iot:Publish'],
      actionsNegated: true,
      resources: ['arn:aws:iot:us-east-1:123456789012:topic/a'],
      resourcesNegated: true,
      conditions: [
        { operator: 'StringLike', qualifier: 'ForAnyValue', ifExists: true, key: 'iot:ClientId', values: ['a*', 'b*'] },
        { operator: 'Bool', qualifier: undefined, ifExists: false, key: 'x:y', values: ['true'] },
      ],
    },
  ]);
});

test.each([
  ['not JSON', '{', /policy 'lwtPolicy': the document must be JSON: /],
  ['a list', [], /the document must be a JSON object, got \[\]/],
  ['no statement', { Version: '2012-10-17' }, /Statement must be a statement or a list of at least one/],
  [
    'an empty list',
    { Version: '2012-10-17', Statement: [] },
    /Statement must be a statement or a list of at least one/,
  ],
  ['an unknown version', { Version: '2020-01-01', Statement: ALLOW }, /Version must be '2012-10-17', got '2020-01-01'/],
  ['an unknown element', { Statement: ALLOW, Foo: 1 }, /the document has the element 'Foo'/],
  ['a statement that is text', { Statement: [ALLOW, 'x'] }, /Statement\[1\] must be a JSON object, got 'x'/],
  ['a principal', { Statement: { ...ALLOW, Principal: '*' } }, /Statement\[0\] has the element 'Principal'/],
  [
    'an effect in lower case',
    { Statement: { ...ALLOW, Effect: 'allow' } },
    /Statement\[0\]\.Effect must be 'Allow' or 'Deny', got 'allow'/,
  ],
  [
    'no action',
    { Statement: { Effect: 'Allow', Resource: '*' } },
    /Statement\[0\] must have one of Action and NotAction/,
  ],
  [
    'two kinds of resource',
    { Statement: { ...ALLOW, NotResource: '*' } },
    /Statement\[0\] must have only one of Resource and NotResource/,
  ],
  ['an empty action list', { Statement: { ...ALLOW, Action: [] } }, /Statement\[0\]\.Action must not be an empty list/],
  [
    'an action without a service',
    { Statement: { ...ALLOW, Action: 'Publish' } },
    /Statement\[0\]\.Action must be '\*' or service:Action, e\.g\. iot:Publish, got 'Publish'/,
  ],
  [
    'a resource that is a topic',
    { Statement: { ...ALLOW, Resource: 'a/b' } },
    /Statement\[0\]\.Resource must be '\*' or an ARN, .*, got 'a\/b'/,
  ],
  [
    'a resource that is an object',
    { Statement: { ...ALLOW, Resource: { Ref: 'x' } } },
    /Statement\[0\]\.Resource must be a string or a list of strings/,
  ],
  [
    'an unknown operator',
    { Statement: { ...ALLOW, Condition: { StringMatches: { a: 'b' } } } },
    /Statement\[0\]\.Condition has the operator 'StringMatches', which policies do not have/,
  ],
  [
    'Null with IfExists',
    { Statement: { ...ALLOW, Condition: { NullIfExists: { a: 'true' } } } },
    /the operator 'NullIfExists'/,
  ],
  [
    'a condition without a key',
    { Statement: { ...ALLOW, Condition: { Bool: 'true' } } },
    /Statement\[0\]\.Condition\.Bool must be an object of condition keys, got 'true'/,
  ],
  [
    'a Bool that is neither',
    { Statement: { ...ALLOW, Condition: { Bool: { 'a:b': 'yes' } } } },
    /Statement\[0\]\.Condition\.Bool\['a:b'\] must be 'true' or 'false', got 'yes'/,
  ],
  [
    'an address range that is none',
    { Statement: { ...ALLOW, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } } },
    /must be an IP address or a range in CIDR notation, got '10\.0\.0\.0\/33'/,
  ],
  [
    'a number that is none',
    { Statement: { ...ALLOW, Condition: { NumericLessThan: { 'a:b': 'x' } } } },
    /must be a number, got 'x'/,
  ],
])('fails for %s, naming the statement', (_, document, message) => {
  expect(problemOf(document)).toMatch(message);
});

test('all problems are named at once', () => {
  const problem = problemOf({
    Statement: [
      { ...ALLOW, Effect: 'x' },
      { ...ALLOW, Action: 'y' },
    ],
  });

  expect(problem).toContain('Statement[0].Effect');
  expect(problem).toContain('Statement[1].Action');
});

test('2048 characters are allowed and white space does not count [https://docs.aws.amazon.com/general/latest/gr/iot-core.html]', () => {
  const frame = policyDocumentSize({ Statement: { ...ALLOW, Sid: '' } });
  const document = (length: number) => ({ Statement: { ...ALLOW, Sid: 's'.repeat(length - frame) } });

  expect(problemOf(JSON.stringify(document(2_048), undefined, 8))).toBe('none');
  expect(problemOf(document(2_049))).toBe(
    "policy 'lwtPolicy': the document must be at most 2048 characters long without white space, got 2049",
  );
});

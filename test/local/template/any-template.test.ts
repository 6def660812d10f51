import fc from 'fast-check';
import { resolveTemplate } from '../../../local/template/cloudformation';
import { jsonErrorAt } from '../../../local/template/json-error';
import { parseTemplateText } from '../../../local/template/template-text';
import { LastwillError } from '../../../presence/errors';

const names = fc.constantFrom(
  'A',
  'B',
  'P',
  'Yes',
  'AWS::Region',
  'AWS::NoValue',
  '__proto__',
  'constructor',
  'Arn',
  '',
);
const functions = fc.constantFrom(
  ...[
    'Ref',
    'Condition',
    'Fn::GetAtt',
    'Fn::Sub',
    'Fn::Join',
    'Fn::Select',
    'Fn::Split',
    'Fn::If',
    'Fn::Equals',
    'Fn::And',
  ],
  ...[
    'Fn::Not',
    'Fn::FindInMap',
    'Fn::Base64',
    'Fn::GetAZs',
    'Fn::Cidr',
    'Fn::ImportValue',
    'Fn::Transform',
    'Fn::ForEach::X',
  ],
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    names,
    fc.constantFrom('${A}', '${A.Arn}', '${!x}', '${', 0, 1, -1, true, null, '10.0.0.0/8'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.tuple(functions, tie('value')).map(([name, argument]) => ({ [name]: argument })),
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
}));

const section = fc.oneof(value, fc.dictionary(names, value, { maxKeys: 3 }));
const resource = fc.record({
  Type: fc.constantFrom<unknown>('AWS::SNS::Topic', 'AWS::IoT::Thing', 'AWS::X::Y', 7),
  Properties: value,
  DependsOn: fc.option(value, { nil: undefined }),
  Condition: fc.option(names, { nil: undefined }),
});
const template = fc.record({
  Parameters: fc.option(fc.constant({ P: { Type: 'CommaDelimitedList', Default: 'a,b' } }), { nil: undefined }),
  Conditions: fc.option(section, { nil: undefined }),
  Mappings: fc.option(section, { nil: undefined }),
  Resources: fc.dictionary(names, resource, { minKeys: 1, maxKeys: 3 }),
  Outputs: fc.option(section, { nil: undefined }),
});

/** Runs it; an error for the user is as good as a result. */
function tolerant(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof LastwillError)) throw error;
  }
}

test('whatever stands in a template, it is resolved or refused in words', () => {
  fc.assert(
    fc.property(template, (json) => tolerant(() => resolveTemplate({ name: 'any.json', json }))),
    { numRuns: 3_000 },
  );
});

test('whatever the text, JSON is refused exactly where the scanner finds a mistake', () => {
  const text = fc.oneof(
    fc.json(),
    fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '}', 'x', '\n')).map(([json, at, inserted]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + inserted + json.slice(place + 1);
    }),
  );
  fc.assert(
    fc.property(text, (json) => isJson(json) === (jsonErrorAt(json).reason === 'unknown')),
    { numRuns: 3_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['a list that holds itself', 'Resources: &a\n  - *a'],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(
      /./g,
      (key) =>
        `${key}: &${key} [${Array(9)
          .fill(`*${String.fromCharCode(key.charCodeAt(0) - 1)}`)
          .join(',')}]\n`,
    )}`,
  ],
  ['deep nesting', `${'['.repeat(20_000)}`],
])('YAML with %s is refused in words', (_, text) => {
  expect(() => resolveTemplate({ name: 'a.yaml', text })).toThrow(LastwillError);
});

test('JSON that is nested 100,000 deep is refused in words', () => {
  const text = `{"Resources":{"A":{"Type":"AWS::SNS::Topic","Properties":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}}`;

  expect(() => resolveTemplate({ name: 'a.json', text })).toThrow(LastwillError);
});

test('a template of text alone is refused', () => {
  expect(parseTemplateText('a.yaml', 'hello')).toBe('hello');
  expect(() => resolveTemplate({ name: 'a.yaml', text: 'hello' })).toThrow(
    "a.yaml: a template must be an object, got 'hello'",
  );
});

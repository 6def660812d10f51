import { array, assert, constantFrom, property, string } from 'fast-check';
import { Pattern } from '../../../semantics/iot-policy/pattern';

const WILD = { wildcards: true };
const none = (): undefined => undefined;
const values =
  (all: Readonly<Record<string, string | null>>) =>
  (key: string): readonly (string | null)[] | undefined =>
    all[key] === undefined ? undefined : [all[key]];

// https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
test.each([
  ['*', '', true],
  ['*', 'a/b', true],
  ['a/*', 'a/b/c', true],
  ['a/*', 'a/', true],
  ['a/*', 'a', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', true],
  ['a?c', 'ac', false],
  ['a?c', 'abbc', false],
  ['?', '\u{1f4a1}', true],
  ['*a*b', 'xxaxxab', true],
  ['*a*b', 'xxaxxa', false],
  ['room/+/temp', 'room/+/temp', true],
  ['room/+/temp', 'room/1/temp', false],
  ['room/#', 'room/1', false],
  ['room/*', 'room/#', true],
  ['a${*}b', 'a*b', true],
  ['a${*}b', 'axb', false],
  ['${?}${$}', '?$', true],
  ['a${b', 'a${b', true],
  ['a.c', 'abc', false],
])('%s matches %s: %s', (pattern, text, expected) => {
  expect(new Pattern(pattern, WILD).matches(text, none)).toBe(expected);
});

test('without wildcards * and ? are themselves', () => {
  expect(new Pattern('a*', { wildcards: false }).matches('a*', none)).toBe(true);
  expect(new Pattern('a*', { wildcards: false }).matches('ab', none)).toBe(false);
});

test('the value of a variable is taken literally, wildcards included', () => {
  const pattern = new Pattern('client/${iot:ClientId}', WILD);

  expect(pattern.matches('client/*', values({ 'iot:clientid': '*' }))).toBe(true);
  expect(pattern.matches('client/other', values({ 'iot:clientid': '*' }))).toBe(false);
});

test('a variable without a value matches nothing', () => {
  const pattern = new Pattern('topic/${iot:Connection.Thing.ThingName}/*', WILD);

  expect(pattern.matches('topic//x', none)).toBe(false);
  expect(pattern.matches('topic/${iot:Connection.Thing.ThingName}/x', none)).toBe(false);
  expect(pattern.unresolved(none)).toEqual(['iot:Connection.Thing.ThingName']);
});

test('a value that AWS leaves unsubstituted keeps the variable in the text [https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html]', () => {
  const lookup = values({ 'iot:certificate.subject.commonname': null });
  const pattern = new Pattern('topic/${iot:Certificate.Subject.CommonName}', WILD);

  expect(pattern.render(lookup)).toBe('topic/${iot:Certificate.Subject.CommonName}');
  expect(pattern.matches('topic/a*b', lookup)).toBe(false);
  expect(pattern.unresolved(lookup)).toEqual([]);
});

test('variables are found whatever the case of their name, attributes only in theirs', () => {
  const lookup = values({ 'iot:connection.thing.attributes[Line]': 'L1' });

  expect(new Pattern('${IOT:connection.Thing.ATTRIBUTES[Line]}', WILD).matches('L1', lookup)).toBe(true);
  expect(new Pattern('${iot:Connection.Thing.Attributes[line]}', WILD).matches('L1', lookup)).toBe(false);
});

test('wildcards agree with the regular expression that they stand for', () => {
  const piece = constantFrom('*', '?', 'a', 'b', '/');
  const patterns = array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const texts = array(constantFrom('a', 'b', '/'), { maxLength: 10 }).map((pieces) => pieces.join(''));

  assert(
    property(patterns, texts, (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      return new Pattern(pattern, WILD).matches(text, none) === expression.test(text);
    }),
    { numRuns: 2_000 },
  );
});

test('no text makes a pattern throw, and a pattern without wildcards matches itself alone', () => {
  assert(
    property(string(), string(), (pattern, text) => {
      new Pattern(pattern, WILD).matches(text, none);
      const literal = pattern.replaceAll('$', '');
      return new Pattern(literal, { wildcards: false }).matches(text, none) === (literal === text);
    }),
  );
});

import { collect, keyValueOption, numberOption, portOption } from '../../bin/option-values';

test.each([
  ['0', 0],
  ['8883', 8883],
  ['65535', 65_535],
])('port %s is taken', (text, port) => {
  expect(portOption('--aws-port')(text)).toBe(port);
});

test.each(['65536', '-1', '', 'x', '1e3', '80.5', '0x50'])(
  'fails: port %j names the flag, the rule and the value',
  (text) => {
    expect(() => portOption('--aws-port')(text)).toThrow(
      new Error(`--aws-port must be an integer from 0 to 65535, got '${text}'`),
    );
  },
);

test('a number may have a fraction where the flag allows it', () => {
  expect(numberOption('--throttle', { minimum: 0.1, maximum: 10, integer: false })('0.5')).toBe(0.5);
});

test('a flag that is given twice is collected in order', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
});

test('KEY=VALUE keeps further equals signs in the value', () => {
  const parse = keyValueOption('--parameter');

  expect(parse('B=', parse('A=x=y'))).toEqual({ A: 'x=y', B: '' });
});

test.each(['A', '=x', ''])('fails: %j is not KEY=VALUE', (text) => {
  expect(() => keyValueOption('--parameter')(text)).toThrow(new Error(`--parameter must be KEY=VALUE, got '${text}'`));
});

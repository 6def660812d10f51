import { createHash } from 'node:crypto';
import type { Expression } from '../ast';
import type { Evaluate } from '../evaluate';
import { parseJson } from '../json';
import type { Run } from '../run';
import { type SqlValue, toText } from '../value';
import { md2 } from './md2';
import { type ArgumentCompiler, type PlainFunction, type SqlFunction, since2015 } from './sql-function';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Hashes, as hexadecimal text, and base64. */
export const ENCODING_FUNCTIONS: readonly SqlFunction[] = [
  hash('md2', md2),
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((name) =>
    hash(name, (bytes) => createHash(name).update(bytes).digest()),
  ),
  { kind: 'special', name: 'encode', since: '2016-03-23', minimum: 2, maximum: 2, compile: compileEncode },
  {
    kind: 'special',
    name: 'decode',
    since: '2016-03-23',
    minimum: 2,
    maximum: 6,
    refuse: refuseProtobuf,
    compile: compileDecode,
  },
];

function hash(name: string, digest: (bytes: Buffer) => Buffer): PlainFunction {
  return since2015(name, 1, ([value]) => {
    const text = toText(value);
    return text === undefined ? undefined : digest(Buffer.from(text)).toString('hex');
  });
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-encode-payload */
function compileEncode([value, scheme]: readonly Expression[], compiler: ArgumentCompiler): Evaluate {
  if (value === undefined || scheme === undefined) return () => undefined;
  const [source, evaluateScheme] = [bytesOf(value, compiler), compiler.compile(scheme)];
  return (run, element) =>
    evaluateScheme(run, element) === 'base64' ? source(run, element)?.toString('base64') : undefined;
}

/** What does not decode is Null; JSON text becomes the value that it is. */
function compileDecode([value, scheme]: readonly Expression[], compiler: ArgumentCompiler): Evaluate {
  if (value === undefined || scheme === undefined) return () => undefined;
  const [source, evaluateScheme] = [encodedText(value, compiler), compiler.compile(scheme)];
  return (run, element) => {
    if (evaluateScheme(run, element) !== 'base64') return undefined;
    const text = source(run, element);
    return text === undefined ? undefined : decodeBase64(text, run);
  };
}

/** `*` may be the base64 text itself or a JSON string of it. @see https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html */
function encodedText(
  expression: Expression,
  { compile, nested }: ArgumentCompiler,
): (run: Run, element: SqlValue) => string | undefined {
  const evaluate = compile(expression);
  if (expression.kind !== 'star' || nested) return (run, element) => toText(evaluate(run, element));
  return (run) => {
    const json = run.payload();
    return typeof json === 'string' ? json : run.context.message.payload.toString();
  };
}

function decodeBase64(text: string, run: Run): SqlValue {
  if (!BASE64.test(text)) return null;
  const decoded = Buffer.from(text, 'base64').toString();
  const { value, value2015 } = parseJson(decoded);
  const json = run.version === '2015-10-08' ? value2015 : value;
  return json === undefined ? decoded : json;
}

/** The bytes of an argument: `*` is the payload as it came, JSON or not; anything else is converted to a string. */
function bytesOf(
  expression: Expression,
  { compile, nested }: ArgumentCompiler,
): (run: Run, element: SqlValue) => Buffer | undefined {
  if (expression.kind === 'star' && !nested) return (run) => run.context.message.payload;
  const evaluate = compile(expression);
  return (run, element) => {
    const text = toText(evaluate(run, element));
    return text === undefined ? undefined : Buffer.from(text);
  };
}

function refuseProtobuf([, scheme]: readonly Expression[]): string | undefined {
  return scheme?.kind === 'string' && scheme.value === 'proto'
    ? "decode(..., 'proto', ...) exists in AWS IoT and is not emulated here"
    : undefined;
}

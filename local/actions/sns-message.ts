import { isJsonObject, type JsonObject } from '../json-value';

/** How an SNS message is given: as it is, or as an object with a text per protocol. */
export type SnsMessageFormat = 'RAW' | 'JSON';

/** What each protocol gets of one SNS message. */
export interface SnsMessage {
  /** The text for a subscription's protocol, e.g. `email`. */
  textFor(protocol: string): string;
}

/** Why SNS would refuse a message, in its own words. */
export class SnsMessageProblem extends Error {}

/**
 * Reads a message as SNS does: with `JSON` it must be an object with a text under `default`; texts under the names of
 * protocols go to those protocols.
 * @throws SnsMessageProblem when SNS would refuse it.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function readSnsMessage(text: string, format: SnsMessageFormat): SnsMessage {
  if (text === '') throw new SnsMessageProblem('Invalid parameter: Empty message');
  if (format === 'RAW') return { textFor: () => text };
  const { fallback, body } = structured(text);
  return {
    textFor: (protocol) => {
      const own = Object.hasOwn(body, protocol) ? body[protocol] : undefined;
      return typeof own === 'string' ? own : fallback;
    },
  };
}

function structured(text: string): { fallback: string; body: JsonObject } {
  const body = parse(text);
  const fallback = isJsonObject(body) && Object.hasOwn(body, 'default') ? body.default : undefined;
  if (!isJsonObject(body) || typeof fallback !== 'string') {
    throw new SnsMessageProblem('Invalid parameter: Message Structure - No default entry in JSON message body');
  }
  return { fallback, body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SnsMessageProblem('Invalid parameter: Message Structure - JSON message body failed to parse', { cause });
  }
}

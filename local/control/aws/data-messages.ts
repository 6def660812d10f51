import { AWS_LIMITS } from '../../../presence/limits';
import { topicNameProblem } from '../../../presence/topic';
import { isJsonObject } from '../../json-value';
import type { MessageProperties } from '../../ports';
import type { AwsAccount, RetainedMessage } from '../ports';
import { pathParameter, queryFlag, type RestCall, type RestOperation, restPage } from './rest-operation';
import { invalidRequest, notFound, ServiceError } from './service-error';

/** Messages of the data plane. @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html */
export const messageOperations: readonly RestOperation[] = [
  { name: 'Publish', method: 'POST', path: '/topics/{topic+}', answer: publish },
  { name: 'ListRetainedMessages', method: 'GET', path: '/retainedMessage', answer: listRetainedMessages },
  { name: 'GetRetainedMessage', method: 'GET', path: '/retainedMessage/{topic+}', answer: getRetainedMessage },
];

function publish(call: RestCall, account: AwsAccount): undefined {
  const topic = pathParameter(call, 'topic');
  const problem = topicNameProblem(topic, AWS_LIMITS.topic);
  if (problem !== undefined) throw invalidRequest(`topic must be ${problem}, got '${topic}'`);
  const qos = call.query.get('qos') ?? '0';
  if (qos !== '0' && qos !== '1') throw invalidRequest(`qos must be 0 or 1, got '${qos}'`);
  if (call.body.length > AWS_LIMITS.maximumPayloadBytes) {
    const message = `the payload must be at most ${AWS_LIMITS.maximumPayloadBytes} bytes long, got ${call.body.length}`;
    throw new ServiceError('RequestEntityTooLargeException', message, { status: 413 });
  }
  account.data.publish(
    {
      topic,
      payload: call.body,
      qos: qos === '1' ? 1 : 0,
      retain: queryFlag(call, 'retain'),
      properties: properties(call),
    },
    { kind: 'cloud', principal: account.caller.userId, depth: 0 },
  );
}

function properties({ query, headers }: RestCall): MessageProperties {
  const expiry = query.get('messageExpiry');
  const indicator = headers['x-amz-mqtt5-payload-format-indicator'];
  const correlation = headers['x-amz-mqtt5-correlation-data'];
  return {
    contentType: query.get('contentType') ?? undefined,
    responseTopic: query.get('responseTopic') ?? undefined,
    messageExpirySeconds: expiry === null ? undefined : Number(expiry),
    payloadFormatIndicator: indicator === undefined ? undefined : indicator === 'UTF8_DATA',
    correlationData: typeof correlation === 'string' ? Buffer.from(correlation, 'base64') : undefined,
    userProperties: userProperties(headers['x-amz-mqtt5-user-properties']),
  };
}

/** Base64 of a list of objects with one key each. */
function userProperties(header: string | string[] | undefined): (readonly [string, string])[] | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    const list: unknown = JSON.parse(Buffer.from(header, 'base64').toString());
    if (Array.isArray(list)) {
      return list
        .filter(isJsonObject)
        .flatMap((entry) => Object.entries(entry))
        .map(([name, value]) => [name, String(value)]);
    }
  } catch {
    // Falls through to the refusal.
  }
  throw invalidRequest('userProperties must be a list of objects in JSON');
}

function listRetainedMessages(call: RestCall, { data }: AwsAccount) {
  const { items, next } = restPage(data.retainedMessages(), call, { defaultSize: 200, maximumSize: 200 });
  const retainedTopics = items.map(({ message, storedAt }) => ({
    topic: message.topic,
    payloadSize: message.payload.length,
    qos: message.qos,
    lastModifiedTime: storedAt,
  }));
  return { retainedTopics, nextToken: next };
}

function getRetainedMessage(call: RestCall, { data }: AwsAccount) {
  const topic = pathParameter(call, 'topic');
  const retained = data.retainedMessages().find(({ message }) => message.topic === topic);
  if (retained === undefined) throw notFound(`A retained message on topic ${topic}`);
  return describe(retained);
}

function describe({ message, storedAt }: RetainedMessage) {
  const { userProperties: named } = message.properties;
  const list = named?.map(([name, value]) => ({ [name]: value }));
  return {
    topic: message.topic,
    payload: message.payload.toString('base64'),
    qos: message.qos,
    lastModifiedTime: storedAt,
    userProperties: list === undefined ? undefined : Buffer.from(JSON.stringify(list)).toString('base64'),
  };
}

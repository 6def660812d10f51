import type { HttpAnswer, HttpCall } from '../http-exchange';
import type { AwsAccount, CalledOperation, FaultInjection } from '../ports';
import { findQueryOperation, findQueryService } from './query-services';
import type { RestAnswer } from './rest-operation';
import { findRestOperation, isRestService } from './rest-services';
import { ServiceError } from './service-error';
import { readSignature, requireRegion } from './signature';
import { type XmlContent, xmlOf } from './xml';

/** What calls of AWS's APIs are answered from. */
export interface AwsAnswering {
  readonly account: AwsAccount;
  readonly fault: FaultInjection;
  /** A new UUID for each answer. */
  readonly requestId: () => string;
}

/** Answers one call of any service, errors in the form of its protocol. */
export function answerAws(call: HttpCall, answering: AwsAnswering): HttpAnswer {
  const requestId = answering.requestId();
  const isQuery = /^application\/x-www-form-urlencoded\b/.test(call.headers['content-type'] ?? '');
  try {
    const { service, ...signature } = readSignature(call.headers);
    requireRegion({ service, ...signature }, answering.account.region);
    if (isRestService(service)) return restAnswer(service, call, answering, requestId);
    if (findQueryService(service) !== undefined) return queryAnswer(service, call, answering, requestId);
    throw new ServiceError('UnknownOperationException', `the embedded AWS has no service '${service}'`);
  } catch (error) {
    const known = error instanceof ServiceError ? error : internalFailure(error);
    return isQuery ? queryError(known, requestId) : restError(known, requestId);
  }
}

function restAnswer(service: string, call: HttpCall, answering: AwsAnswering, requestId: string): HttpAnswer {
  const { operation, path } = findRestOperation(service, call.method, call.path);
  failIfInjected({ service, operation: operation.name }, answering.fault);
  const answer = operation.answer(
    { path, query: call.query, headers: call.headers, body: call.body },
    answering.account,
  );
  return { status: 200, headers: headersOf('application/json', requestId), body: bodyOf(answer) };
}

function queryAnswer(service: string, call: HttpCall, answering: AwsAnswering, requestId: string): HttpAnswer {
  const parameters = new URLSearchParams(call.body.toString());
  const operation = findQueryOperation(service, parameters.get('Action'));
  failIfInjected({ service, operation: operation.name }, answering.fault);
  const result = operation.answer(parameters, answering.account);
  const content: XmlContent = { [`${operation.name}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  const namespace = findQueryService(service)?.namespace ?? '';
  const name = `${operation.name}Response`;
  const body = `<${name} xmlns="${namespace}">${xmlOf(content)}</${name}>`;
  return { status: 200, headers: headersOf('text/xml', requestId), body };
}

function failIfInjected(call: CalledOperation, fault: FaultInjection): void {
  const injected = fault(call);
  if (injected === undefined) return;
  const { code, message = code, status } = injected;
  throw new ServiceError(code, message, { ...(status === undefined ? {} : { status }) });
}

function restError({ code, message, status }: ServiceError, requestId: string): HttpAnswer {
  const headers = { ...headersOf('application/json', requestId), 'x-amzn-errortype': code };
  return { status, headers, body: JSON.stringify({ message }) };
}

function queryError({ code, message, status }: ServiceError, requestId: string): HttpAnswer {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const content: XmlContent = { Error: { Type: type, Code: code, Message: message }, RequestId: requestId };
  const body = `<ErrorResponse>${xmlOf(content)}</ErrorResponse>`;
  return { status, headers: headersOf('text/xml', requestId), body };
}

function headersOf(contentType: string, requestId: string): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': requestId };
}

function bodyOf(answer: RestAnswer): string | Buffer {
  if (answer === undefined) return '';
  return Buffer.isBuffer(answer) ? answer : JSON.stringify(answer);
}

function internalFailure(error: unknown): ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceError('InternalFailure', `the embedded AWS failed: ${message}`, { cause: error });
}

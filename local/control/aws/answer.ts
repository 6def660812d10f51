import type { HttpAnswer, HttpCall } from '../http-exchange';
import type { AwsAccount, CalledOperation, FaultInjection } from '../ports';
import { findQueryOperation, findQueryService, queryServiceFor } from './query-services';
import type { RestAnswer } from './rest-operation';
import { findRestOperation, isRestService, restServiceFor, serviceOf } from './rest-services';
import { queryCode, ServiceError } from './service-error';
import { readSignature, requireRegion, requireSecret } from './signature';
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
  const { account } = answering;
  let protocol = protocolOf(call);
  try {
    const signature = readSignature(call);
    const service = serviceOf(signature.service);
    if (isRestService(service)) protocol = 'rest';
    else if (findQueryService(service) !== undefined) protocol = 'query';
    requireService(service, call);
    requireRegion(signature, account.region);
    requireSecret(call, signature, account);
    return protocol === 'rest'
      ? restAnswer(service, call, answering, requestId)
      : queryAnswer(service, call, answering, requestId);
  } catch (error) {
    const known = error instanceof ServiceError ? error : internalFailure(error);
    return protocol === 'query' ? queryError(known, call, requestId) : restError(known, requestId);
  }
}

/** By what the client sends, where it does not say which service it asks. */
function protocolOf({ method, query, headers }: HttpCall): 'query' | 'rest' {
  const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '');
  return isForm || (method === 'GET' && query.has('Action')) ? 'query' : 'rest';
}

/**
 * Refuses a call that was signed for another service than the one that has the operation.
 * @throws ServiceError as AWS words it
 */
function requireService(service: string, call: HttpCall): void {
  const isRest = isRestService(service);
  if (!isRest && findQueryService(service) === undefined) {
    const right = restServiceFor(call) ?? queryServiceFor(parametersOf(call));
    if (right === undefined) {
      throw new ServiceError('UnknownOperationException', `the embedded AWS has no service '${service}'`);
    }
    throw wrongService(right);
  }
  const right = isRest ? undefined : queryServiceFor(parametersOf(call));
  if (right !== undefined && right !== service) throw wrongService(right);
}

function wrongService(right: string): ServiceError {
  return new ServiceError('InvalidSignatureException', `Credential should be scoped to correct service: '${right}'.`);
}

function parametersOf(call: HttpCall): URLSearchParams {
  return call.method === 'GET' ? call.query : new URLSearchParams(call.body.toString());
}

function restAnswer(service: string, call: HttpCall, answering: AwsAnswering, requestId: string): HttpAnswer {
  const { operation, path } = findRestOperation(service, call.method, call.path);
  failIfInjected({ service, operation: operation.name }, answering.fault);
  const answer = operation.answer(
    { operation: operation.name, path, query: call.query, headers: call.headers, body: call.body },
    answering.account,
  );
  return { status: 200, headers: headersOf('application/json', requestId), body: bodyOf(answer) };
}

function queryAnswer(service: string, call: HttpCall, answering: AwsAnswering, requestId: string): HttpAnswer {
  const parameters = parametersOf(call);
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
  const { code, message = code, status = statusOf(code, call.service) } = injected;
  throw new ServiceError(code, message, { ...(status === undefined ? {} : { status }) });
}

/** The data plane alone has a status of its own for what is throttled. */
function statusOf(code: string, service: string): number | undefined {
  return service === 'iotdata' && code === 'ThrottlingException' ? 429 : undefined;
}

function restError({ code, message, status }: ServiceError, requestId: string): HttpAnswer {
  const headers = { ...headersOf('application/json', requestId), 'x-amzn-errortype': code };
  // Services that take JSON in one path read the code in the body.
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}

function queryError({ code, message, status }: ServiceError, call: HttpCall, requestId: string): HttpAnswer {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const content: XmlContent = { Error: { Type: type, Code: queryCode(code), Message: message }, RequestId: requestId };
  const namespace = findQueryService(queryServiceFor(parametersOf(call)) ?? '')?.namespace;
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  const body = `<ErrorResponse${attribute}>${xmlOf(content)}</ErrorResponse>`;
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

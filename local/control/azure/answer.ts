import { timingSafeEqual } from 'node:crypto';
import type { HttpAnswer, HttpCall } from '../http-exchange';
import type { AzureSubscription, FaultInjection } from '../ports';
import { ArmError } from './arm-error';
import { readResource } from './resource-reads';

/** What calls of Azure Resource Manager are answered from. */
export interface AzureAnswering {
  readonly subscription: AzureSubscription;
  readonly fault: FaultInjection;
  /** A new UUID for each answer. */
  readonly requestId: () => string;
}

/** Whether a request is for Azure Resource Manager. */
export function isArmPath(path: string): boolean {
  return /^\/subscriptions(\/|$)/i.test(path);
}

/**
 * Answers one read of Azure Resource Manager.
 * @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces
 */
export function answerAzure(call: HttpCall, { subscription, fault, requestId }: AzureAnswering): HttpAnswer {
  const id = requestId();
  try {
    requireToken(call, subscription.token);
    return { status: 200, headers: headersOf(id), body: JSON.stringify(readResource(call, subscription, fault)) };
  } catch (error) {
    const { code, message, status, headers } = error instanceof ArmError ? error : internalError(error);
    return { status, headers: { ...headersOf(id), ...headers }, body: JSON.stringify({ error: { code, message } }) };
  }
}

function requireToken({ headers }: HttpCall, token: string): void {
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (given === undefined) {
    throw unauthorized(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing or not a bearer token.",
    );
  }
  const [actual, expected] = [Buffer.from(given), Buffer.from(token)];
  if (actual.length === expected.length && timingSafeEqual(actual, expected)) return;
  throw unauthorized(
    'InvalidAuthenticationToken',
    'The access token is invalid: the embedded Azure takes the controlToken of its local.json.',
  );
}

/** Clients look for what kind of login is wanted in a header. */
function unauthorized(code: string, message: string): ArmError {
  const challenge = `Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="${message}"`;
  return new ArmError(code, message, 401, { 'www-authenticate': challenge });
}

function headersOf(requestId: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-cache',
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': requestId,
  };
}

function internalError(error: unknown): ArmError {
  const message = error instanceof Error ? error.message : String(error);
  return new ArmError('InternalServerError', `the embedded Azure failed: ${message}`, 500);
}

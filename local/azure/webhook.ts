import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** One HTTP exchange. */
export interface HttpExchange {
  readonly method: 'OPTIONS' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a webhook answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Speaks HTTP; the caller sees to it that the address is one of this machine. */
export type Http = (exchange: HttpExchange) => Promise<HttpAnswer>;

/** Event Grid gives a webhook this long. @see https://learn.microsoft.com/en-us/azure/event-grid/delivery-and-retry */
const ANSWER_WITHIN_MILLISECONDS = 30_000;

/** HTTP or HTTPS by Node. */
export const nodeHttp: Http = ({ method, url, headers, body }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(url, { method, headers, timeout: ANSWER_WITHIN_MILLISECONDS }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 30 seconds')));
    request.on('error', reject);
    request.end(body);
  });

/** Whether a URL is one of this machine: the embedded cloud talks to nobody else. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

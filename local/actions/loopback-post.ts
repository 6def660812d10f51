import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HttpPost } from './ports';

/** SNS gives an endpoint this long to answer. @see https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html */
const ANSWER_WITHIN_MILLISECONDS = 15_000;

/** Posts over HTTP or HTTPS; the caller sees to it that the address is one of this machine. */
export const loopbackPost: HttpPost = (url, headers, body) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(url, { method: 'POST', headers, timeout: ANSWER_WITHIN_MILLISECONDS }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0 }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 15 seconds')));
    request.on('error', reject);
    request.end(body);
  });

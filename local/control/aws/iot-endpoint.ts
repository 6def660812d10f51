import type { RestOperation } from './rest-operation';
import { invalidRequest } from './service-error';

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeEndpoint.html */
const TYPES = ['iot:Data', 'iot:Data-ATS', 'iot:CredentialProvider', 'iot:Jobs'];

/** Where devices connect. */
export const endpointOperations: readonly RestOperation[] = [
  {
    name: 'DescribeEndpoint',
    method: 'GET',
    path: '/endpoint',
    answer: ({ query }, { endpointHost }) => {
      const type = query.get('endpointType') ?? 'iot:Data';
      if (!TYPES.includes(type)) throw invalidRequest(`endpointType must be one of ${TYPES.join(', ')}, got '${type}'`);
      return { endpointAddress: endpointHost };
    },
  },
];

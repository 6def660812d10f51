import { pathParameter, queryFlag, type RestOperation, restPage } from './rest-operation';
import { notFound } from './service-error';

/** Connections of clients. @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html */
export const connectionOperations: readonly RestOperation[] = [
  {
    name: 'GetConnection',
    method: 'GET',
    path: '/connections/{clientId}',
    answer: (call, { data }) => {
      const clientId = pathParameter(call, 'clientId');
      const includeSocketInformation = queryFlag(call, 'includeSocketInformation');
      const connection = data.getConnection(clientId, { includeSocketInformation });
      if (connection === undefined) throw notFound(`A connection of client ${clientId}`);
      return connection;
    },
  },
  {
    name: 'DeleteConnection',
    method: 'DELETE',
    path: '/connections/{clientId}',
    answer: (call, { data }) => {
      const clientId = pathParameter(call, 'clientId');
      const cleanSession = queryFlag(call, 'cleanSession');
      const preventWillMessage = queryFlag(call, 'preventWillMessage');
      if (!data.deleteConnection(clientId, { cleanSession, preventWillMessage })) {
        throw notFound(`A connection of client ${clientId}`);
      }
      return {};
    },
  },
  {
    name: 'ListSubscriptions',
    method: 'GET',
    path: '/connections/{clientId}/subscriptions',
    answer: (call, { data }) => {
      const clientId = pathParameter(call, 'clientId');
      const all = data.subscriptions(clientId);
      if (all === undefined) throw notFound(`A session of client ${clientId}`);
      const { items, next } = restPage(all, call, { defaultSize: 20, maximumSize: 200 });
      return { subscriptions: items.map(({ filter, qos }) => ({ topicFilter: filter, qos })), nextToken: next };
    },
  },
];

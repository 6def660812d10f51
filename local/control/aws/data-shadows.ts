import { pathParameter, type RestOperation } from './rest-operation';
import { notFound } from './service-error';

/** Device shadows. @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetThingShadow.html */
export const shadowOperations: readonly RestOperation[] = [
  {
    name: 'GetThingShadow',
    method: 'GET',
    path: '/things/{thingName}/shadow',
    answer: (call, { data }) => {
      const thingName = pathParameter(call, 'thingName');
      const shadowName = call.query.get('name') ?? undefined;
      const document = data.shadow(thingName, shadowName);
      if (document === undefined) throw notFound(`A shadow with name '${shadowName ?? thingName}'`);
      return Buffer.from(JSON.stringify(document));
    },
  },
];

import { createHash } from 'node:crypto';
import type { AccountThing, AwsAccount } from '../ports';
import { certificateNamed } from './iot-principals';
import { pathParameter, type RestCall, type RestOperation, restPage } from './rest-operation';
import { notFound } from './service-error';

const NEW_THING_VERSION = 1;

/** Things and what they are attached to. @see https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT.html */
export const thingOperations: readonly RestOperation[] = [
  { name: 'ListThings', method: 'GET', path: '/things', answer: listThings },
  { name: 'DescribeThing', method: 'GET', path: '/things/{thingName}', answer: describeThing },
  {
    name: 'ListThingPrincipals',
    method: 'GET',
    path: '/things/{thingName}/principals',
    answer: (call, account) => {
      const { items, next } = restPage(principalsOf(thingOf(call, account), account), call);
      return { principals: items.map(({ arn }) => arn), nextToken: next };
    },
  },
  {
    name: 'ListThingPrincipalsV2',
    method: 'GET',
    path: '/things/{thingName}/principals-v2',
    answer: (call, account) => {
      const wanted = principalsOf(thingOf(call, account), account).filter(ofWantedType(call));
      const { items, next } = restPage(wanted, call);
      const thingPrincipalObjects = items.map(({ arn, exclusive }) => ({
        principal: arn,
        thingPrincipalType: typeOf(exclusive),
      }));
      return { thingPrincipalObjects, nextToken: next };
    },
  },
  {
    name: 'ListPrincipalThings',
    method: 'GET',
    path: '/principals/things',
    answer: (call, account) => {
      const { items, next } = restPage(attachedTo(call, account), call);
      return { things: items.map(({ thingName }) => thingName), nextToken: next };
    },
  },
  {
    name: 'ListPrincipalThingsV2',
    method: 'GET',
    path: '/principals/things-v2',
    answer: (call, account) => {
      const { items, next } = restPage(attachedTo(call, account).filter(ofWantedType(call)), call);
      const principalThingObjects = items.map(({ thingName, exclusive }) => ({
        thingName,
        thingPrincipalType: typeOf(exclusive),
      }));
      return { principalThingObjects, nextToken: next };
    },
  },
];

function listThings(call: RestCall, { registry }: AwsAccount) {
  const [name, value, type] = ['attributeName', 'attributeValue', 'thingTypeName'].map((key) => call.query.get(key));
  const isPrefix = call.query.get('usePrefixAttributeValue') === 'true';
  const wanted = [...registry.things.values()].filter(({ attributes, typeName }) => {
    if (type != null && typeName !== type) return false;
    if (name == null) return true;
    const actual = attributes[name];
    if (actual === undefined) return false;
    return value == null || (isPrefix ? actual.startsWith(value) : actual === value);
  });
  const { items, next } = restPage(wanted, call);
  const things = items.map(({ name: thingName, arn, typeName, attributes }) => ({
    thingName,
    thingArn: arn,
    thingTypeName: typeName,
    attributes,
    version: NEW_THING_VERSION,
  }));
  return { things, nextToken: next };
}

function describeThing(call: RestCall, account: AwsAccount) {
  const { name, arn, typeName, attributes } = thingOf(call, account);
  return {
    defaultClientId: name,
    thingName: name,
    thingId: idOf(arn),
    thingArn: arn,
    thingTypeName: typeName,
    attributes,
    version: NEW_THING_VERSION,
  };
}

/**
 * The thing that the path names.
 * @throws ServiceError ResourceNotFoundException
 */
export function thingOf(call: RestCall, { registry }: AwsAccount): AccountThing {
  const name = pathParameter(call, 'thingName');
  const thing = registry.things.get(name);
  if (thing === undefined) throw notFound(`Thing ${name}`);
  return thing;
}

function principalsOf({ name }: AccountThing, { registry }: AwsAccount) {
  return [...registry.certificates.values()].flatMap(({ arn }) =>
    registry
      .thingsOf(arn)
      .filter(({ thingName }) => thingName === name)
      .map(({ exclusive }) => ({ arn, exclusive })),
  );
}

function attachedTo({ headers }: RestCall, { registry }: AwsAccount) {
  return registry.thingsOf(certificateNamed(headers['x-amzn-principal'], registry).arn);
}

function ofWantedType(call: RestCall): (attachment: { readonly exclusive: boolean }) => boolean {
  const wanted = call.query.get('thingPrincipalType');
  return ({ exclusive }) => wanted === null || wanted === typeOf(exclusive);
}

function typeOf(exclusive: boolean): string {
  return exclusive ? 'EXCLUSIVE_THING' : 'NON_EXCLUSIVE_THING';
}

/** The same for the same ARN, in the form of a UUID. */
export function idOf(arn: string): string {
  const hash = createHash('sha256').update(arn).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

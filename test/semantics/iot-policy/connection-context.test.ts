import { ConnectionContext } from '../../../semantics/iot-policy/connection-context';
import { normalizeKey } from '../../../semantics/iot-policy/pattern';

const certificate = {
  id: 'c0ffee',
  attributes: () =>
    new Map([
      ['Subject.CommonName', ['Administrator', 'User']],
      ['Subject.Organization', ['a', 'b', 'c', 'd', 'e', 'f']],
      ['Subject.Title', ['50 $']],
      ['Subject.Surname', ['x'.repeat(1_025)]],
      ['SerialNumber', ['0a1b']],
    ]),
};

function valuesOf(key: string, context = new ConnectionContext({ clientId: 'c', certificate })) {
  return context.lookup(normalizeKey(key));
}

// https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
test.each([
  ['the first value by its bare name', 'iot:Certificate.Subject.CommonName', ['Administrator']],
  ['the second by .1', 'iot:Certificate.Subject.CommonName.1', ['User']],
  ['nothing by an index that does not exist', 'iot:Certificate.Subject.CommonName.2', undefined],
  ['all by .List', 'iot:Certificate.Subject.CommonName.List', ['Administrator', 'User']],
  ['the first five of six', 'iot:Certificate.Subject.Organization.List', ['a', 'b', 'c', 'd', 'e']],
  ['no substitution for a value with a wildcard character', 'iot:Certificate.Subject.Title', [null]],
  ['no substitution for more than 1024 characters', 'iot:Certificate.Subject.Surname', [null]],
  ['the serial number', 'iot:Certificate.SerialNumber', ['0a1b']],
  ['the certificate id', 'iot:CertificateId', ['c0ffee']],
  ['nothing for an attribute that it lacks', 'iot:Certificate.Issuer.CommonName', undefined],
])('a certificate gives %s', (_, key, expected) => {
  expect(valuesOf(key)).toEqual(expected);
});

test('iot:Certificate.AvailableKeys lists the certificate variables that have a value', () => {
  expect(valuesOf('iot:Certificate.AvailableKeys')).toEqual([
    'iot:Certificate.Subject.CommonName',
    'iot:Certificate.Subject.Organization',
    'iot:Certificate.Subject.Title',
    'iot:Certificate.Subject.Surname',
    'iot:Certificate.SerialNumber',
  ]);
});

test('a thing gives its name, type and attributes [https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html]', () => {
  const thing = { name: 'lwtThing', typeName: 'pump', attributes: { line: 'L1' } };
  const context = new ConnectionContext({ clientId: 'lwtThing', thing });

  expect(valuesOf('iot:Connection.Thing.ThingName', context)).toEqual(['lwtThing']);
  expect(valuesOf('iot:Connection.Thing.ThingTypeName', context)).toEqual(['pump']);
  expect(valuesOf('iot:Connection.Thing.Attributes[line]', context)).toEqual(['L1']);
  expect(valuesOf('iot:Connection.Thing.Attributes[constructor]', context)).toBeUndefined();
  expect(valuesOf('iot:Connection.Thing.IsAttached', context)).toEqual(['true']);
});

test('without a thing only IsAttached has a value, false', () => {
  const context = new ConnectionContext({ clientId: 'x', thingAbsence: "client id 'x' is not the name of a thing" });

  expect(valuesOf('iot:Connection.Thing.ThingName', context)).toBeUndefined();
  expect(valuesOf('iot:Connection.Thing.IsAttached', context)).toEqual(['false']);
  expect(context.explainAbsence('iot:Connection.Thing.ThingName')).toBe("client id 'x' is not the name of a thing");
});

test('a certificate is read when a policy asks for one of its fields, and once', () => {
  let reads = 0;
  const attributes = () => {
    reads++;
    return new Map([['Subject.CommonName', ['a']]]);
  };
  const context = new ConnectionContext({ clientId: 'c', certificate: { id: 'id', attributes } });

  expect(valuesOf('iot:ClientId', context)).toEqual(['c']);
  expect(reads).toBe(0);
  valuesOf('iot:Certificate.Subject.CommonName', context);
  valuesOf('iot:Certificate.Subject.CommonName', context);
  expect(reads).toBe(1);
});

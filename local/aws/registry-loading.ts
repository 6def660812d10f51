import { X509Certificate } from 'node:crypto';
import { LastwillError, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { parsePolicyDocument } from '../../semantics/iot-policy/policy-document';
import { iotCallOf, makesCertificate } from '../custom-resource';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import { runIotCall } from './iot-calls';
import { derOf } from './pem';
import { CERTIFICATE_STATUSES, Registry, type Source } from './registry';
import { ResourceProperties } from './resource-properties';

/** Attribute names and values of a thing. @see https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html */
const THING_ATTRIBUTE = { name: /^[a-zA-Z0-9_.,@/:#-]{1,128}$/, value: /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/, maximum: 3 };

/** @see https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html */
const COGNITO_IDENTITY = /^[\w-]+:[0-9a-f-]{36}$/i;

interface Loading {
  readonly registry: Registry;
  readonly issued: ReadonlyMap<string, string>;
  /** Kind and name of what has been declared, with where. */
  readonly declared: Map<string, Source>;
}

type Loader = (properties: ResourceProperties, loading: Loading) => void;

/** Resources that others refer to. */
const DECLARATIONS: Readonly<Record<string, Loader>> = {
  'AWS::IoT::Thing': loadThing,
  'AWS::IoT::ThingType': (properties, loading) => {
    properties.text('ThingTypeName', { pattern: AWS_LIMITS.thingName });
    declare('thing type', properties.resource.ref, properties, loading);
  },
  'AWS::IoT::ThingGroup': loadThingGroup,
  'AWS::IoT::Policy': loadPolicy,
  'AWS::IoT::Certificate': loadCertificate,
};

/** Resources that tie others together. */
const ATTACHMENTS: Readonly<Record<string, Loader>> = {
  'AWS::IoT::PolicyPrincipalAttachment': attachPolicy,
  'AWS::IoT::ThingPrincipalAttachment': attachThing,
};

/**
 * Fills the registry of one engine from its templates.
 * @param issued certificates of signing requests, in PEM, by certificate id
 * @throws LastwillError TEMPLATE_INVALID that names every property that CloudFormation or IoT would refuse, and names
 * that two resources claim.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html
 */
export function loadRegistry(
  templates: readonly ResolvedTemplate[],
  issued: ReadonlyMap<string, string> = new Map(),
): Registry {
  const [first] = templates;
  const registry = new Registry(first ?? { partition: 'aws', region: 'us-east-1', account: '123456789012' });
  const loading: Loading = { registry, issued, declared: new Map() };
  const problems: string[] = [];
  for (const loaders of [DECLARATIONS, ATTACHMENTS]) {
    for (const template of templates) {
      for (const resource of template.resources) {
        const load = loaders[resource.type] ?? customLoader(resource, loaders);
        load?.(new ResourceProperties(template, resource, problems), loading);
      }
    }
  }
  throwIfAny('TEMPLATE_INVALID', problems);
  return registry;
}

/** Custom resources whose effect is known: certificates that are made with their keys, and calls of AWS IoT's API. */
function customLoader({ type, properties }: ResolvedResource, loaders: typeof DECLARATIONS): Loader | undefined {
  if (loaders === DECLARATIONS) return makesCertificate(type, properties) ? loadMinted : undefined;
  const call = iotCallOf(type, properties);
  return call === undefined ? undefined : (_, { registry }) => runIotCall(call, registry);
}

function loadThing(properties: ResourceProperties, loading: Loading): void {
  properties.refuseUnknown(['ThingName', 'AttributePayload']);
  properties.text('ThingName', { pattern: AWS_LIMITS.thingName });
  const name = properties.resource.ref;
  if (!declare('thing', name, properties, loading)) return;
  const attributes = thingAttributes(properties);
  loading.registry.putThing({ name, arn: properties.arn(`thing/${name}`), attributes, source: properties.source });
}

function thingAttributes(properties: ResourceProperties): Record<string, string> {
  const payload = properties.value('AttributePayload');
  const given = isObject(payload) ? payload.Attributes : undefined;
  if (payload !== undefined && (!isObject(payload) || (given !== undefined && !isObject(given)))) {
    properties.mustBe('AttributePayload', 'an object with Attributes, a map of strings', payload);
    return {};
  }
  const entries = Object.entries(isObject(given) ? given : {});
  if (entries.length > THING_ATTRIBUTE.maximum) {
    const limit = `at most ${THING_ATTRIBUTE.maximum} attributes on a thing without a thing type`;
    properties.mustBe('AttributePayload.Attributes', limit, entries.length);
  }
  for (const [name, value] of entries) {
    const path = `AttributePayload.Attributes['${name}']`;
    if (!THING_ATTRIBUTE.name.test(name)) properties.mustBe(path, `named like ${THING_ATTRIBUTE.name.source}`, name);
    if (typeof value !== 'string' || !THING_ATTRIBUTE.value.test(value)) {
      properties.mustBe(path, `a string that matches ${THING_ATTRIBUTE.value.source}`, value);
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function loadThingGroup(properties: ResourceProperties, loading: Loading): void {
  properties.text('ThingGroupName', { pattern: AWS_LIMITS.thingName });
  const name = properties.resource.ref;
  if (!declare('thing group', name, properties, loading)) return;
  loading.registry.putThingGroup({
    name,
    arn: properties.arn(`thinggroup/${name}`),
    parentName: properties.text('ParentGroupName'),
    queryString: properties.text('QueryString'),
    source: properties.source,
  });
  if (properties.has('QueryString')) {
    warn(properties, loading, 'a dynamic thing group has no members here: its query is not run');
  }
}

function loadPolicy(properties: ResourceProperties, loading: Loading): void {
  properties.refuseUnknown(['PolicyDocument', 'PolicyName', 'Tags']);
  properties.text('PolicyName', { pattern: AWS_LIMITS.policyName });
  const name = properties.resource.ref;
  if (!properties.has('PolicyDocument')) {
    properties.refuse('PolicyDocument', 'is required');
    return;
  }
  if (!declare('policy', name, properties, loading)) return;
  try {
    const document = parsePolicyDocument(properties.value('PolicyDocument'), name);
    loading.registry.putPolicy({ name, arn: properties.arn(`policy/${name}`), document, source: properties.source });
  } catch (error) {
    if (!(error instanceof LastwillError)) throw error;
    properties.refuse('PolicyDocument', `is malformed: ${error.message}`);
  }
}

function loadCertificate(properties: ResourceProperties, loading: Loading): void {
  properties.refuseUnknown([
    'CACertificatePem',
    'CertificateMode',
    'CertificatePem',
    'CertificateSigningRequest',
    'Status',
  ]);
  const status = properties.oneOf('Status', CERTIFICATE_STATUSES, { required: true });
  const mode = properties.oneOf('CertificateMode', ['DEFAULT', 'SNI_ONLY']) ?? 'DEFAULT';
  checkCertificateInput(properties, mode);
  const id = properties.resource.ref;
  if (status === undefined || !declare('certificate', id, properties, loading)) return;
  const pem = properties.has('CertificatePem') ? properties.text('CertificatePem') : loading.issued.get(id);
  const arn = properties.arn(`cert/${id}`);
  loading.registry.putCertificate({ id, arn, pem, status, source: properties.source });
}

function loadMinted(properties: ResourceProperties, { registry, issued }: Loading): void {
  const { attributes, ref } = properties.resource;
  const arn = attributes.Arn ?? attributes.certificateArn ?? properties.arn(`cert/${ref}`);
  const id = attributes.Id ?? attributes.certificateId ?? ref;
  registry.putCertificate({ id, arn, pem: issued.get(id), status: 'ACTIVE', source: properties.source });
}

// @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-certificate.html
function checkCertificateInput(properties: ResourceProperties, mode: 'DEFAULT' | 'SNI_ONLY'): void {
  const given = ['CertificateSigningRequest', 'CertificatePem', 'CACertificatePem'].filter((name) =>
    properties.has(name),
  );
  const wanted =
    mode === 'SNI_ONLY' ? ['CertificatePem'] : ['CertificateSigningRequest', 'CertificatePem and CACertificatePem'];
  if (!wanted.includes(given.join(' and '))) {
    const got = given.length === 0 ? 'none of them' : given.join(' and ');
    properties.refuse('CertificateMode', `${mode} must come with ${wanted.join(', or ')}, got ${got}`);
    return;
  }
  const certificate = readCertificate(properties, 'CertificatePem');
  const authority = readCertificate(properties, 'CACertificatePem');
  if (certificate !== undefined && authority !== undefined && !certificate.verify(authority.publicKey)) {
    properties.refuse('CertificatePem', 'must be signed by the CA of CACertificatePem');
  }
}

function readCertificate(properties: ResourceProperties, name: string): X509Certificate | undefined {
  const pem = properties.text(name);
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(derOf(pem, 'CERTIFICATE') ?? '');
  } catch {
    properties.refuse(name, 'must be a certificate in PEM: its text, not the path of a file');
    return undefined;
  }
}

function attachPolicy(properties: ResourceProperties, loading: Loading): void {
  properties.refuseUnknown(['PolicyName', 'Principal']);
  const { registry } = loading;
  const policyName = properties.text('PolicyName', { required: true });
  const principal = properties.text('Principal', { required: true });
  if (policyName === undefined || principal === undefined) return;
  if (!registry.policies.has(policyName)) {
    warn(properties, loading, `policy '${policyName}' is in none of the templates: it allows nothing here`);
  }
  if (COGNITO_IDENTITY.test(principal)) return;
  if (!checkPrincipal(principal, properties, loading)) return;
  registry.attachPolicy(policyName, principal);
  const count = registry.policiesOf(principal).length;
  if (count > AWS_LIMITS.maximumPoliciesPerCertificate) {
    const limit = `for a principal with at most ${AWS_LIMITS.maximumPoliciesPerCertificate} policies`;
    properties.mustBe('Principal', limit, count);
  }
}

function attachThing(properties: ResourceProperties, loading: Loading): void {
  properties.refuseUnknown(['Principal', 'ThingName', 'ThingPrincipalType']);
  const { registry } = loading;
  const thingName = properties.text('ThingName', { required: true });
  const principal = properties.text('Principal', { required: true });
  const type = properties.oneOf('ThingPrincipalType', ['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING']);
  if (thingName === undefined || principal === undefined) return;
  if (!registry.things.has(thingName)) {
    warn(properties, loading, `thing '${thingName}' is in none of the templates: nothing can be attached to it here`);
  }
  if (COGNITO_IDENTITY.test(principal) || !checkPrincipal(principal, properties, loading)) return;
  const exclusive = type === 'EXCLUSIVE_THING';
  const others = registry.thingsOf(principal).filter((attachment) => attachment.thingName !== thingName);
  const conflict = exclusive ? others[0] : others.find((attachment) => attachment.exclusive);
  if (conflict !== undefined) {
    const which = exclusive ? 'which is also attached' : 'which is attached exclusively';
    properties.refuse('Principal', `is a certificate ${which} to thing '${conflict.thingName}'`);
    return;
  }
  registry.attachThing(thingName, principal, { exclusive });
}

/** Whether the principal can be attached to; one that no template registers exists somewhere else. */
function checkPrincipal(principal: string, properties: ResourceProperties, loading: Loading): boolean {
  const id = /^arn:[^:]*:(?:iot:[^:]*:[^:]*:cert|custom:[^:]*:[^:]*:resource)\/(.+)$/.exec(principal)?.[1];
  if (id === undefined) {
    properties.mustBe('Principal', 'the ARN of a certificate, or a Cognito identity id', principal);
    return false;
  }
  if (!loading.registry.certificates.has(id)) {
    const effect = 'it is taken as active, for connections within the process';
    warn(properties, loading, `certificate ${id} is in none of the templates: ${effect}`);
    loading.registry.putCertificate({ id, arn: principal, status: 'ACTIVE' });
  }
  return true;
}

/** Claims a name for a resource; `false`, with a problem noted, when another resource has it. */
function declare(kind: string, name: string, properties: ResourceProperties, { declared }: Loading): boolean {
  const key = `${kind} ${name}`;
  const other = declared.get(key);
  if (other === undefined) {
    declared.set(key, properties.source);
    return true;
  }
  const where = other.template === properties.source.template ? '' : ` of ${other.template}`;
  const property = NAME_PROPERTIES[properties.resource.type] ?? '';
  properties.refuse(property, `makes the ${kind} '${name}', which ${other.logicalId}${where} makes too`);
  return false;
}

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::IoT::Thing': 'ThingName',
  'AWS::IoT::ThingType': 'ThingTypeName',
  'AWS::IoT::ThingGroup': 'ThingGroupName',
  'AWS::IoT::Policy': 'PolicyName',
  'AWS::IoT::Certificate': 'CertificatePem',
};

function warn(properties: ResourceProperties, loading: Loading, text: string): void {
  const { template, logicalId } = properties.source;
  loading.registry.warnings.push(`${template}: Resources.${logicalId}: ${text}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

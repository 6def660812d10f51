import { X509Certificate } from 'node:crypto';
import { Engine } from '../../local/engine';
import type { Clock } from '../../presence/clock';
import { everyDeviceFilter, renderDevice } from '../../presence/lwt-options';
import { issueCertificate } from '../store/certificate-authority';
import { thumbprintOf } from '../store/certificate-keys';
import { generatePrivateKey, readSigningKey } from '../store/signing-key';

/** An embedded AWS for a fleet, in this process. */
export interface FleetCloud {
  readonly endpoint: string;
  /** All devices show the same certificate; each thing is attached to it. PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly rootCa: string;
  stop(): Promise<void>;
}

/** AWS allows no more in one stack. */
const MAXIMUM_RESOURCES = 500;

/** Each thing takes itself and its attachment. */
const THINGS_PER_TEMPLATE = MAXIMUM_RESOURCES / 2;

const ACCOUNT = 'arn:aws:iot:us-east-1:123456789012';

/**
 * Starts an embedded AWS from generated templates: a thing for every name, one certificate, and a policy that lets a
 * thing connect as itself with a will on its own topic, and subscribe to all these topics.
 * @param willTopic topic of the wills; may hold `{device}`
 * @public loaded where it is needed
 */
export async function startFleetCloud(
  names: readonly string[],
  willTopic: string,
  options: { readonly clock: Clock; readonly minimumKeepAliveSeconds: number },
): Promise<FleetCloud> {
  const privateKey = generatePrivateKey();
  const key = await readSigningKey(privateKey, 'the key of the fleet');
  const order = { commonName: 'fleet', key, role: { kind: 'leaf' }, validHours: 24 } as const;
  const certificate = await issueCertificate(order, options.clock);
  const engine = await Engine.start({
    clock: options.clock,
    aws: {
      templates: [accessTemplate(certificate, willTopic), ...thingTemplates(names, certificate)],
      minimumKeepAliveSeconds: options.minimumKeepAliveSeconds,
    },
  });
  const { aws } = await engine.listen();
  if (aws === undefined) throw new Error('unreachable: the engine runs AWS');
  return {
    endpoint: aws.endpoint,
    certificate,
    privateKey,
    rootCa: engine.rootCertificatePem,
    stop: () => engine.stop(),
  };
}

function accessTemplate(certificate: string, willTopic: string) {
  const thing = '${iot:Connection.Thing.ThingName}';
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      allow('iot:Connect', `${ACCOUNT}:client/${thing}`),
      allow('iot:Publish', `${ACCOUNT}:topic/${renderDevice(willTopic, thing)}`),
      allow('iot:Subscribe', `${ACCOUNT}:topicfilter/${everyDeviceFilter(willTopic)}`),
      allow('iot:Receive', `${ACCOUNT}:topic/${renderDevice(willTopic, '*')}`),
    ],
  };
  return template('fleet-access.template.json', {
    Certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { Status: 'ACTIVE', CertificateMode: 'SNI_ONLY', CertificatePem: certificate },
    },
    Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'fleet', PolicyDocument } },
    PolicyAttachment: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
    },
  });
}

function thingTemplates(names: readonly string[], certificate: string) {
  const certificateId = thumbprintOf(new X509Certificate(certificate));
  const Principal = `${ACCOUNT}:cert/${certificateId}`;
  const parts = Math.ceil(names.length / THINGS_PER_TEMPLATE);
  return Array.from({ length: parts }, (_, part) => {
    const own = names.slice(part * THINGS_PER_TEMPLATE, (part + 1) * THINGS_PER_TEMPLATE);
    const resources = own.flatMap((ThingName, index) => [
      [`Thing${index}`, { Type: 'AWS::IoT::Thing', Properties: { ThingName } }],
      [
        `Attachment${index}`,
        {
          Type: 'AWS::IoT::ThingPrincipalAttachment',
          DependsOn: `Thing${index}`,
          Properties: { ThingName, Principal },
        },
      ],
    ]);
    return template(`fleet-things-${part}.template.json`, Object.fromEntries(resources));
  });
}

function template(name: string, Resources: object) {
  return { name, text: JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources }) };
}

import { AnnotationMetadataEntryType, type TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { TerraformLwtChecks, type TerraformLwtChecksProps } from '../../checks';
import {
  AzapiResource,
  CertificateAuthentication,
  ClientGroup,
  type EventGridNamespace,
  MqttClient,
  TopicSpace,
  Warnings,
} from '../../constructs/azure';
import { newNamespace, newStack, thumbprintOf } from '../constructs/azure/synthesized';

/** A stack whose binding somebody wrote without our constructs, on a template that lets each client speak for all. */
function foreignStack(props?: TerraformLwtChecksProps): {
  readonly stack: TerraformStack;
  readonly binding: AzapiResource;
} {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const certificateAuthentication = CertificateAuthentication.byThumbprint(thumbprintOf('pump1'));
  new MqttClient(stack, 'pump1', { namespace, certificateAuthentication });
  const space = new TopicSpace(stack, 'any', { namespace, topicTemplates: ['pumps/+'] });
  space.grantSubscribe(ClientGroup.everyClient(namespace));
  const binding = new AzapiResource(stack, 'pub', {
    type: 'Microsoft.EventGrid/namespaces/permissionBindings@2025-02-15',
    name: 'publish',
    parentId: namespace.namespaceId,
    body: { properties: { clientGroupName: '$all', topicSpaceName: space.topicSpaceName, permission: 'Publisher' } },
  });
  TerraformLwtChecks.addTo(stack, props);
  return { stack, binding };
}

function warningsOf(stack: TerraformStack): string[] {
  Testing.synth(stack, true);
  Testing.synth(stack, true);
  return stack.node.metadata
    .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
    .map(({ data }) => String(data));
}

const WILDCARD =
  "azapi_resource.pub: permission binding 'publish' lets every client of its group publish on 'pumps/+' [ack: lastwill:wildcardTemplate]";

test('what a rule warns of is a warning of the stack, once', () => {
  expect(warningsOf(foreignStack().stack)).toEqual([WILDCARD]);
});

test('an error fails the synthesis, with resource, message and rule', () => {
  const { stack } = foreignStack({ wills: [{ topic: 'lamps/{device}' }] });

  expect(() => Testing.synth(stack, true)).toThrow(
    /azapi_resource\.pump1: pump1 cannot leave its will on 'lamps\/\{device\}': .* \[lastwill:willNotPublishable\]/,
  );
});

test('a rule can be acknowledged for the stack, and for one construct', () => {
  const acknowledged = { 'lastwill:wildcardTemplate': 'a lab' };
  const { stack, binding } = foreignStack();
  Warnings.of(binding).acknowledge('lastwill:wildcardTemplate', 'a lab');

  expect(warningsOf(foreignStack({ acknowledged }).stack)).toEqual([]);
  expect(warningsOf(stack)).toEqual([]);
});

test('fails for an acknowledgement of no rule', () => {
  expect(() => foreignStack({ acknowledged: { wildcard: 'a lab' } })).toThrow(
    'acknowledged must name rules of docs/rules.md, got wildcard',
  );
});

test('a variable without a value is a warning that names it, and given one everything is checked', () => {
  const withVariable = (props?: TerraformLwtChecksProps): TerraformStack => {
    const { stack } = foreignStack(props);
    const { stringValue } = new TerraformVariable(stack, 'thumbprint', { type: 'string' });
    const namespace = stack.node.findChild('ns1') as EventGridNamespace;
    const certificateAuthentication = CertificateAuthentication.byThumbprint(stringValue);
    new MqttClient(stack, 'pump2', { namespace, certificateAuthentication });
    return stack;
  };

  expect(warningsOf(withVariable())).toEqual([
    expect.stringMatching(/variable 'thumbprint' .* \[ack: lastwill:notProved\]/),
  ]);
  expect(warningsOf(withVariable({ parameters: { thumbprint: thumbprintOf('pump2') } }))).toEqual([WILDCARD]);
});

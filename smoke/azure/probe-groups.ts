import { CertificateAuthentication } from '../../constructs/azure/certificate-authentication';
import { ClientGroup, type IClientGroup } from '../../constructs/azure/client-group';
import { ClientGroupQuery } from '../../constructs/azure/client-group-query';
import { MqttClient } from '../../constructs/azure/mqtt-client';
import { Permission, PermissionBinding } from '../../constructs/azure/permission-binding';
import { TopicSpace } from '../../constructs/azure/topic-space';
import { Warnings } from '../../constructs/azure/warnings';
import type { AzureLwtStack } from '../../lib/azure-lwt-stack';
import { PROBER } from '../sites/azure-site';

const ATTRIBUTES = { type: 'Probe', floor: 3, tags: ['a', 'b'] };

/** A query for each thing that the documents leave open; who is in the group may subscribe to `probe/<name>`. */
const QUERIES = {
  case: "attributes.type = 'probe'",
  array: "attributes.tags = 'b'",
  absent: "attributes.absent != 'x'",
  text: "attributes.floor = '3'",
} as const;

/** Adds a client, and groups that show how Event Grid evaluates queries and fills templates. */
export function addProbeGroups(stack: AzureLwtStack, thumbprint: string): void {
  const { namespace } = stack;
  Warnings.of(stack).acknowledge('lastwill:groupMatchesNoClient', 'whether they match a client is what is asked');
  new MqttClient(stack, PROBER, {
    namespace,
    certificateAuthentication: CertificateAuthentication.byThumbprint(thumbprint),
    attributes: ATTRIBUTES,
  });
  for (const [name, query] of Object.entries(QUERIES)) {
    const clientGroup = new ClientGroup(stack, `ProbeGroup-${name}`, {
      namespace,
      groupName: `probe-${name}`,
      query: ClientGroupQuery.raw(query),
    });
    bind(stack, name, clientGroup, `probe/${name}`);
  }
  bind(stack, 'variable', ClientGroup.everyClient(namespace), 'probe/tags/${client.attributes.tags}');
}

function bind(stack: AzureLwtStack, name: string, clientGroup: IClientGroup, template: string): void {
  const topicSpace = new TopicSpace(stack, `ProbeSpace-${name}`, {
    namespace: stack.namespace,
    topicSpaceName: `probe-${name}`,
    topicTemplates: [template],
  });
  const bindingName = `probe-${name}`;
  new PermissionBinding(stack, `ProbeBinding-${name}`, {
    clientGroup,
    topicSpace,
    permission: Permission.SUBSCRIBER,
    bindingName,
  });
}

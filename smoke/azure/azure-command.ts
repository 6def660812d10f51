import { openAzure } from '../../bin/cloud/open-azure';
import { readLocalCloud } from '../../bin/device/local-cloud';
import { ensureAzureKeys } from '../../bin/store/keys';
import type { ArmSession } from '../../cloud-clients/azure/arm-session';
import { namesWithPrefix } from '../../lib/name-prefix';
import { readTemplates } from '../../local/template/template-files';
import type { TemplateSource } from '../../local/template/template-source';
import { LastwillError, mustBe } from '../../presence/errors';
import { systemRandomness } from '../../presence/randomness';
import { AZURE_PROBES, AZURE_STACK_PROBES } from '../probes/azure';
import { chosenProbes } from '../probes/chosen-probes';
import type { SmokeCommand, SmokeFlags, SmokeParts } from '../run/command';
import { prefixOf } from '../run/prefix';
import { PrivateFolder } from '../run/private-folder';
import { ROOT } from '../run/root';
import type { SmokeCloud } from '../run/smoke-cloud';
import { PROBER } from '../sites/azure-site';
import { AzureDeployment } from './azure-deployment';
import { CLIENTS, DeployedAzure } from './deployed-azure';

interface AzureFlags extends SmokeFlags {
  readonly subscription?: string;
  readonly location?: string;
  readonly terraform: string;
  readonly namespace?: string;
  readonly resourceGroup?: string;
  readonly template: string;
}

/** Whose keys are made. */
const NAMES = [...Object.values(CLIENTS), PROBER];

/** `npm run smoke:azure` */
export const azureCommand: SmokeCommand<AzureFlags> = {
  name: 'smoke:azure',
  description: 'Deploy to Azure, examine, compare with the embedded Azure, and destroy again',
  addOptions: (command) =>
    command
      .option('--subscription <ID>', 'subscription (default: AZURE_SUBSCRIPTION_ID, then ARM_SUBSCRIPTION_ID)')
      .option('--location <REGION>', 'region (default: westus2)')
      .option('--terraform <PROGRAM>', 'what deploys; tofu takes the same words', 'terraform')
      .option('--namespace <NAME>', 'with --skip-deploy: the namespace (default: the only one)')
      .option('--resource-group <NAME>', 'with --skip-deploy: its resource group (default: any)')
      .option('--template <FILE>', 'with --skip-deploy: what was deployed', 'cdktf.out/stacks/lwt-azure/cdk.tf.json'),
  open: async (flags, parts) => (flags.skipDeploy === true ? openDeployed(flags, parts) : openNew(flags, parts)),
};

async function openNew(flags: AzureFlags, parts: SmokeParts): Promise<SmokeCloud> {
  const prefix = prefixOf(flags, systemRandomness);
  const place = openSubscription(flags);
  const { session } = place.opened;
  const names = namesWithPrefix(prefix);
  const [resourceGroup, namespace] = [names.name('rg1'), names.name('ns1')];
  const probes = chosenProbes(AZURE_PROBES, flags);
  const folder = new PrivateFolder();
  const { subscriptionId: subscription } = session;
  const deployment = newDeployment({ prefix, subscription, resourceGroup, folder }, flags, parts);
  const deployed = new DeployedAzure({
    ...parts,
    ...place,
    namespace,
    resourceGroup,
    store: folder.store,
    state: flags.state,
    template: () => deployment.template,
    probes,
    patienceSeconds: flags.patience,
  });
  return {
    plan: async () => [
      ...(await subscriptionLines(session)),
      ...deploymentLines(resourceGroup, namespace, flags.location),
    ],
    deployment,
    examinations: [deployed.doctor, deployed.inForce],
    story: () => deployed.story(),
    compare: () => deployed.compare(),
    close: async () => {
      const kept = folder.remove({ keepsKeys: flags.keepKeys === true, keepsWork: deployment.needsState });
      for (const path of kept) parts.say(`kept: ${path}`);
    },
  };
}

interface NewDeployment {
  readonly prefix: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly folder: PrivateFolder;
}

function newDeployment(
  { folder, ...options }: NewDeployment,
  { location, terraform }: AzureFlags,
  { programs, signal }: SmokeParts,
): AzureDeployment {
  const { store, work: workDirectory } = folder;
  const makeKeys = async (): Promise<void> => void (await ensureAzureKeys(store, NAMES));
  const place = location === undefined ? {} : { location };
  const tools = { terraform, programs, signal, makeKeys };
  return new AzureDeployment({ ...options, ...place, ...tools, store, workDirectory, root: ROOT });
}

async function openDeployed(flags: AzureFlags, parts: SmokeParts): Promise<SmokeCloud> {
  const place = openSubscription(flags);
  const template = onlyTemplate(flags.template);
  const { namespace, resourceGroup } = flags;
  const deployed = new DeployedAzure({
    ...parts,
    ...place,
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    store: flags.store,
    state: flags.state,
    template: () => template,
    probes: chosenProbes(AZURE_STACK_PROBES, flags),
    patienceSeconds: flags.patience,
  });
  return {
    plan: async () => [
      ...(await subscriptionLines(place.opened.session)),
      `examines      ${namespace === undefined ? 'the only namespace' : `namespace ${namespace}`}; nothing is created`,
      `connects as   ${Object.values(CLIENTS).join(', ')}: whoever is connected under these names is cut off`,
    ],
    examinations: [deployed.doctor],
    story: () => deployed.story(),
    compare: () => deployed.compare(),
    close: async () => undefined,
  };
}

function openSubscription({ subscription, state }: AzureFlags) {
  const opened = openAzure({ state, ...(subscription === undefined ? {} : { subscription }) });
  const local = opened.embedded === undefined ? undefined : readLocalCloud(state).azure?.webSocketPort;
  return { opened, webSocketPort: local ?? 443 };
}

/** The subscription, once Azure has let us in. */
async function subscriptionLines(session: ArmSession): Promise<string[]> {
  const { subscriptionId } = session;
  const namespaces = await session.list(`/subscriptions/${subscriptionId}/providers/Microsoft.EventGrid/namespaces`);
  return [`subscription  ${subscriptionId}, which has ${namespaces.length} Event Grid namespaces`];
}

function deploymentLines(resourceGroup: string, namespace: string, location = 'westus2'): string[] {
  return [
    `creates       resource group ${resourceGroup} in ${location}, with namespace ${namespace}: five clients, six groups, seven topic spaces, seven bindings`,
    'costs         one throughput unit for less than an hour, about $0.04, and some thousand operations, which are free',
    'e-mail        nobody: the stack has no notification path',
    'destroys      the resource group when it is over, also when it fails or is interrupted',
    'takes         about twenty minutes',
  ];
}

function onlyTemplate(file: string): TemplateSource {
  const [template, second] = readTemplates(file);
  if (template !== undefined && second === undefined) return template;
  throw new LastwillError('OPTION_INVALID', mustBe('--template', 'one Terraform configuration', file));
}

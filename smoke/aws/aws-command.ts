import { type OpenedAws, openAws } from '../../bin/cloud/open-aws';
import { isConnected } from '../../bin/doctor/aws/live-probe';
import { collect, numberOption } from '../../bin/option-values';
import { ensureAwsKeys } from '../../bin/store/keys';
import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { namesWithPrefix } from '../../lib/name-prefix';
import { readTemplates } from '../../local/template/template-files';
import { LastwillError, mustBe } from '../../presence/errors';
import { systemRandomness } from '../../presence/randomness';
import { AWS_PROBES, AWS_STACK_PROBES } from '../probes/aws';
import { chosenProbes } from '../probes/chosen-probes';
import type { SmokeCommand, SmokeFlags, SmokeParts } from '../run/command';
import { prefixOf, uniquePrefix } from '../run/prefix';
import { PrivateFolder } from '../run/private-folder';
import { ROOT } from '../run/root';
import type { Examination, SmokeCloud } from '../run/smoke-cloud';
import { AwsDeployment } from './aws-deployment';
import { callerLines, deploymentLines, examinationLines } from './aws-plan';
import { DeployedAws } from './deployed-aws';

interface AwsFlags extends SmokeFlags {
  readonly region?: string;
  readonly account?: string;
  readonly email?: readonly string[];
  /** Minutes. */
  readonly awaitEmail: number;
  readonly stack: string;
  readonly device: string;
  readonly template?: readonly string[];
}

/** Name of the device in the store, before the prefix. */
const DEVICE = 'lwtThing';
const minutes = numberOption('--await-email', { minimum: 0, maximum: 60 });
const DEFAULT_TEMPLATE = 'cdk.out/LwtStack.template.json';

/** `npm run smoke:aws` */
export const awsCommand: SmokeCommand<AwsFlags> = {
  name: 'smoke:aws',
  description: 'Deploy to AWS, examine, compare with the embedded AWS, and destroy again',
  addOptions: (command) =>
    command
      .option('--region <REGION>', 'region (default: AWS_REGION, or the profile’s)')
      .option('--account <ID>', 'refuse any other account')
      .option('--email <ADDRESS>', 'who is told of wills; may be given more than once (default: nobody)', collect)
      .option('--await-email <MINUTES>', 'how long to wait until the first e-mail is confirmed', minutes, 0)
      .option('--stack <NAME>', 'with --skip-deploy: the stack', 'LwtStack')
      .option('--device <NAME>', 'with --skip-deploy: name of the thing, as which it connects', DEVICE)
      .option('--template <FILE>', `with --skip-deploy: what was deployed (default: ${DEFAULT_TEMPLATE})`, collect),
  open: async (flags, parts) => (flags.skipDeploy === true ? openDeployed(flags, parts) : openNew(flags, parts)),
};

async function openNew(flags: AwsFlags, parts: SmokeParts): Promise<SmokeCloud> {
  const prefix = prefixOf(flags, systemRandomness);
  const account = await openAccount(flags);
  const { session } = account.opened;
  const emails = flags.email ?? [];
  const probes = chosenProbes(AWS_PROBES, flags);
  const folder = new PrivateFolder();
  const deployment = newDeployment({ prefix, emails, folder, session, region: account.region }, parts);
  const names = namesWithPrefix(prefix);
  const deployed = new DeployedAws({
    ...parts,
    ...account,
    stackName: names.stackName('LwtStack'),
    deviceName: DEVICE,
    thing: names.name(DEVICE),
    probeTopic: names.topic('/probe'),
    store: folder.store,
    state: flags.state,
    templates: () => deployment.templates,
    probes,
    patienceSeconds: flags.patience,
  });
  const confirmed = flags.awaitEmail > 0 && emails.length > 0 ? [deployed.emailConfirmed(flags.awaitEmail)] : [];
  return {
    plan: async () => [...(await checkedCaller(flags, account)), ...deploymentLines(prefix, emails)],
    deployment,
    examinations: [deployed.pull, ...confirmed, deployed.doctor, deployed.inForce],
    story: () => deployed.story(),
    compare: () => deployed.compare(),
    close: async () => {
      session.close();
      const kept = folder.remove({ keepsKeys: flags.keepKeys === true, keepsWork: false });
      for (const path of kept) parts.say(`kept: ${path}`);
    },
  };
}

interface NewDeployment {
  readonly prefix: string;
  readonly emails: readonly string[];
  readonly folder: PrivateFolder;
  readonly session: AwsSession;
  readonly region: string;
}

function newDeployment({ folder, ...options }: NewDeployment, { programs, signal }: SmokeParts): AwsDeployment {
  const { store, work: workDirectory } = folder;
  const makeKeys = async (): Promise<void> => void (await ensureAwsKeys(store, [DEVICE]));
  return new AwsDeployment({ ...options, store, workDirectory, root: ROOT, programs, signal, makeKeys });
}

async function openDeployed(flags: AwsFlags, parts: SmokeParts): Promise<SmokeCloud> {
  const account = await openAccount(flags);
  const { session } = account.opened;
  const { device: thing, stack: stackName } = flags;
  const templates = (flags.template ?? [DEFAULT_TEMPLATE]).flatMap(readTemplates);
  const deployed = new DeployedAws({
    ...parts,
    ...account,
    stackName,
    deviceName: thing,
    thing,
    probeTopic: `/${uniquePrefix(systemRandomness)}probe`,
    store: flags.store,
    state: flags.state,
    templates: () => templates,
    probes: chosenProbes(AWS_STACK_PROBES, flags),
    patienceSeconds: flags.patience,
  });
  return {
    plan: async () => [
      ...(await checkedCaller(flags, account)),
      ...(await examinationLines(session, stackName, thing)),
    ],
    examinations: [notConnected(session, thing), deployed.pull, deployed.doctor],
    story: () => deployed.story(),
    compare: () => deployed.compare(),
    close: async () => session.close(),
  };
}

function notConnected(session: AwsSession, thing: string): Examination {
  const run = async (): Promise<void> => {
    if (!(await isConnected(session, thing))) return;
    throw new LastwillError('OPTION_INVALID', `${thing} is connected: connecting under its name would cut it off`);
  };
  return { name: 'device is not connected', isNeeded: true, run };
}

interface OpenedAccount {
  readonly opened: OpenedAws;
  readonly region: string;
  readonly webSocketPort: number;
}

async function openAccount({ state, region: wanted }: AwsFlags): Promise<OpenedAccount> {
  const opened = openAws({ state, ...(wanted === undefined ? {} : { region: wanted }) });
  const region = await opened.session.region();
  return { opened, region, webSocketPort: opened.embedded?.webSocketPort ?? 443 };
}

async function checkedCaller(
  { account: wanted }: AwsFlags,
  { opened, region }: OpenedAccount,
): Promise<readonly string[]> {
  const { account, lines } = await callerLines(opened.session, region);
  if (wanted === undefined || wanted === account) return lines;
  throw new LastwillError('OPTION_INVALID', mustBe('--account', `${account}, as whose user AWS is called`, wanted));
}

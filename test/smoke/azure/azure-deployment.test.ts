import { join } from 'node:path';
import { AzureDeployment } from '../../../smoke/azure/azure-deployment';
import { Interrupted } from '../../../smoke/interrupted';
import { Programs } from '../../../smoke/run/programs';
import { fakePrograms } from '../fake-programs';

const programs = fakePrograms();

/** What stands for the synthesis: a resource group and a namespace in it. */
function synthesis(resourceGroup: string): string {
  const json = JSON.stringify({
    resource: {
      azapi_resource: {
        ResourceGroup: { name: resourceGroup, parent_id: '${data.azapi_client_config.c.subscription_resource_id}' },
        Namespace: { name: 'ns1', parent_id: '${azapi_resource.ResourceGroup.id}' },
      },
    },
  });
  const directory = '$CDKTF_OUTDIR/stacks/lwt-azure';
  return `echo "  $LASTWILL_NAME_PREFIX $LASTWILL_STORE [$LASTWILL_NAMESPACE]" >> ${join(programs.path, 'calls')}
mkdir $CDKTF_OUTDIR && mkdir -p ${directory} && cat > ${directory}/cdk.tf.json <<'END'
${json}
END`;
}

function deployment(
  options: { readonly prefix?: string; readonly signal?: AbortSignal; say?: (text: string) => void } = {},
) {
  return new AzureDeployment({
    prefix: options.prefix ?? 'smoke-7777-',
    workDirectory: join(programs.path, 'work'),
    root: programs.path,
    store: '/private/store',
    subscription: '11111111-2222-3333-4444-555555555555',
    resourceGroup: 'smoke-7777-rg1',
    terraform: 'terraform',
    programs: new Programs(options.say ?? (() => undefined)),
    signal: options.signal ?? new AbortController().signal,
    makeKeys: async () => undefined,
  });
}

const words = (call: string): string => call.replace(/-chdir=\S+ /, '');

test('synthesizes, initializes, applies and destroys, and takes no setting of the person’s own', async () => {
  process.env.LASTWILL_NAMESPACE = 'production';
  programs.add('node', synthesis('smoke-7777-rg1'));
  programs.add('terraform');
  const stack = deployment();

  await stack.prepare();
  await stack.deploy();
  const neededBefore = stack.needsState;
  await stack.destroy();
  delete process.env.LASTWILL_NAMESPACE;

  expect(programs.calls.map(words)).toEqual([
    'node --import tsx smoke/azure/app.ts',
    '  smoke-7777- /private/store []',
    'terraform init -input=false -no-color',
    'terraform apply -input=false -auto-approve -no-color',
    'terraform destroy -input=false -auto-approve -no-color',
  ]);
  expect(programs.calls[2]).toContain(`-chdir=${join(programs.path, 'work/cdktf.out/stacks/lwt-azure')} `);
  expect([neededBefore, stack.needsState]).toEqual([true, false]);
});

test('fails to prepare when the resource group lacks the prefix, before anything is deployed', async () => {
  programs.add('node', synthesis('rg1'));
  programs.add('terraform');

  await expect(deployment().prepare()).rejects.toThrow(
    "names must start with 'smoke-7777-', or nothing is deployed; got rg1",
  );
  expect(programs.calls.filter((call) => call.startsWith('terraform'))).toEqual([]);
});

test('destroys what an apply that failed has created', async () => {
  programs.add('node', synthesis('smoke-7777-rg1'));
  programs.add('terraform', 'case "$*" in *" apply "*) exit 1;; esac');
  const stack = deployment();
  await stack.prepare();

  await expect(stack.deploy()).rejects.toThrow(/apply -input=false -auto-approve -no-color ended with 1; see above$/);
  await stack.destroy();

  expect(words(programs.calls.at(-1) ?? '')).toBe('terraform destroy -input=false -auto-approve -no-color');
});

test('has nothing to destroy when Terraform could not be initialized', async () => {
  programs.add('node', synthesis('smoke-7777-rg1'));
  programs.add('terraform', 'exit 1');
  const stack = deployment();
  await stack.prepare();
  await expect(stack.deploy()).rejects.toThrow('ended with 1');

  await stack.destroy();

  expect(programs.calls.filter((call) => call.includes('destroy'))).toEqual([]);
});

test('keeps the state when destroying fails, and names the command that deletes what is left', async () => {
  programs.add('node', synthesis('smoke-7777-rg1'));
  programs.add('terraform', 'case "$*" in *" destroy "*) exit 1;; esac');
  const stack = deployment();
  await stack.prepare();
  await stack.deploy();

  await expect(stack.destroy()).rejects.toThrow('ended with 1');
  expect(stack.needsState).toBe(true);
  expect(stack.remains.command).toBe(
    'az group delete --yes --subscription 11111111-2222-3333-4444-555555555555 --name smoke-7777-rg1',
  );
});

test('lets an apply end as Ctrl-C does when it is interrupted, and can still destroy', async () => {
  const interruption = new AbortController();
  programs.add('node', synthesis('smoke-7777-rg1'));
  const wait = `trap 'echo interrupted >> ${join(programs.path, 'calls')}; exit 1' INT; echo applying; while :; do sleep 0.01; done`;
  programs.add('terraform', `case "$*" in *" apply "*) ${wait};; esac`);
  const say = (text: string): void => (text.includes('applying') ? interruption.abort() : undefined);
  const stack = deployment({ signal: interruption.signal, say });
  await stack.prepare();

  await expect(stack.deploy()).rejects.toThrow(Interrupted);
  await stack.destroy();

  expect(programs.calls.slice(-3).map(words)).toEqual([
    'terraform apply -input=false -auto-approve -no-color',
    'interrupted',
    'terraform destroy -input=false -auto-approve -no-color',
  ]);
});

test('says that a program is not installed', async () => {
  programs.add('node', synthesis('smoke-7777-rg1'));
  const stack = new AzureDeployment({
    ...{ prefix: 'smoke-7777-', workDirectory: join(programs.path, 'work'), root: programs.path, store: '/private' },
    ...{ subscription: '1', resourceGroup: 'smoke-7777-rg1', terraform: 'no-such-terraform' },
    programs: new Programs(() => undefined),
    signal: new AbortController().signal,
    makeKeys: async () => undefined,
  });
  await stack.prepare();

  await expect(stack.deploy()).rejects.toThrow(/^no-such-terraform cannot be started \(.*\): is it installed\?$/);
});

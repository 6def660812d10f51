import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConnection } from '../../../bin/device/connection';
import { type ServingLocal, serveLocal } from '../../../bin/local/serve';
import { readThumbprints } from '../../../bin/store/store';
import { readStoredCredentials } from '../../../bin/store/stored-credentials';
import { DeviceAgent, type DeviceAgentOptions } from '../../../device';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import { Engine } from '../../../local/engine';
import { lastWillPayload } from '../../../presence/will-payload';
import { run } from '../capture';
import { deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);
const state = (): string => join(directory.path, 'state');

test.each([
  [
    ['azure'],
    '--as must be given: the name of the client that watches; it needs a Subscriber binding, see docs/watch.md',
  ],
  [['local', '-c', 'a', '-k', 'b'], '--as must be given with a certificate: the name of the thing that watches'],
  [['aws', '-e', 'x', '--namespace', 'ns1'], '--namespace must be given with azure, not with aws'],
  [['aws', '-e', 'x', '--as', 'desk', '-p', '0'], "--port must be an integer from 1 to 65535, got '0'"],
  [
    ['azure', '-e', 'x', '--as', 'desk', '--store', 'none'],
    'none/azure/desk has no certificate to watch as desk with; make it with: npm run -s lastwill -- keys --azure desk, or name one with -c and -k',
  ],
  [
    ['aws', '-e', 'x', '-c', 'a.pem'],
    '--key must be given with --cert: a certificate proves nothing without its private key',
  ],
  [['local', '--as', 'pump7', '--topic', 'a#'], 'no embedded cloud runs here'],
])('%j is refused in one line', async (arguments_, message) => {
  const { exitCode, stderr } = await run('watch', ...arguments_, '--state', state());

  expect(exitCode).toBeGreaterThan(0);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a cloud that does not exist is bad usage', async () => {
  expect((await run('watch', 'gcp')).exitCode).toBe(2);
});

test('without an endpoint AWS is asked, and what is in the way is told', async () => {
  const deployed = await deploy(directory.path, { fault: () => ({ code: 'AccessDeniedException', message: 'no' }) });

  const { exitCode, stderr } = await run('watch', 'aws', '--as', 'lwtThing', '--state', deployed.state);
  await deployed.engine.stop();

  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    'lastwill: AWS does not allow iot:DescribeEndpoint (no): ask for this permission, or use another AWS_PROFILE\n',
  );
});

test('the endpoint that AWS names is where the command connects', async () => {
  const deployed = await deploy(directory.path);
  await run('certificates', 'pull', 'lwtThing', '--state', deployed.state, '--store', deployed.store);

  const { exitCode, stderr } = await run(
    ...['watch', 'aws', '--as', 'lwtThing', '--state', deployed.state, '--store', deployed.store],
    ...['--topic', 'not/allowed/{device}'],
  );
  await deployed.engine.stop();

  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    'lastwill: lwtThing may watch none of $aws/events/presence/#, not/allowed/+: ' +
      'allow iot:Subscribe on topicfilter/$aws/events/presence/# and topicfilter/not/allowed/+ ' +
      'and iot:Receive on topic/$aws/events/presence/* and topic/not/allowed/*; or name with --topic what it may watch\n',
  );
});

describe('with an embedded AWS', () => {
  let serving: ServingLocal;
  let watcher: ChildProcess | undefined;
  beforeEach(async () => {
    const store = join(directory.path, 'store');
    await run('keys', 'pump7', 'desk', '--store', store);
    const template = join(directory.path, 'template.json');
    writeFileSync(template, JSON.stringify(presenceTemplate(store)));
    serving = await serveLocal({
      awsTemplates: [template],
      parameters: {},
      stateDirectory: state(),
      store,
      listen: { awsPort: 0, awsWebSocketPort: 0, azurePort: 0, azureWebSocketPort: 0 },
      logsDeliveries: false,
      say: () => undefined,
    });
  });
  afterEach(async () => {
    watcher?.kill('SIGKILL');
    await serving.stop();
  });

  /** Starts the command and resolves once it watches. */
  async function watch(...arguments_: readonly string[]): Promise<Reader> {
    watcher = startWatch('local', ...arguments_);
    const reader = new Reader(watcher);
    await reader.line(/^watching /);
    return reader;
  }

  test('a device that is cut off is shown with the reason and its will, one JSON object a change, until SIGINT', async () => {
    const reader = await watch('--json');
    const agent = deviceOf('pump7', '/last/will/topic');

    await agent.connect();
    const connected = await reader.line(/"connected"/);
    await agent.cut();
    const gone = await reader.line(/CONNECTION_LOST.*last will/);
    watcher?.kill('SIGINT');
    const [exitCode] = await once(watcher as ChildProcess, 'exit');

    expect(JSON.parse(connected)).toMatchObject({ device: 'pump7', state: 'connected', cause: 'lifecycle event' });
    expect(JSON.parse(gone)).toMatchObject({
      device: 'pump7',
      state: 'disconnected',
      cause: 'CONNECTION_LOST, last will on /last/will/topic',
    });
    expect(exitCode).toBe(0);
  }, 30_000);

  test('a device that may watch the will topic only does without lifecycle events', async () => {
    const reader = await watch('--as', 'desk', '--topic', '/last/will/topic');
    const agent = deviceOf('pump7', '/last/will/topic');

    await agent.connect();
    await agent.cut();
    const gone = await reader.line(/disconnected/);

    expect(reader.text).toContain(
      'no lifecycle events: they may not be watched; allow iot:Subscribe on topicfilter/$aws/events/presence/# and iot:Receive on topic/$aws/events/presence/*\n',
    );
    expect(gone).toMatch(/Z {2}pump7 {2}disconnected {2}last will on \/last\/will\/topic$/);
  }, 30_000);
});

test('an IAM identity watches where AWS_ENDPOINT_URL names the embedded AWS, over its own WebSocket port', async () => {
  const { engine, store } = await deploy(directory.path);
  copyFileSync(join(store, 'aws/lwtThing/private-key.pem'), join(state(), 'aws/lwtThing/private-key.pem'));
  const child = startWatch('aws', '--json');
  try {
    const reader = new Reader(child);
    await reader.line(/^watching .* as lastwill-watch-/);
    const agent = deviceOf('lwtThing', '/last/will/topic');

    await agent.connect();
    await agent.cut();
    const gone = await reader.line(/CONNECTION_LOST/);

    expect(JSON.parse(gone)).toMatchObject({ device: 'lwtThing', state: 'disconnected', cloud: 'aws' });
  } finally {
    child.kill('SIGKILL');
    await engine.stop();
  }
}, 30_000);

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
test('a client with a Subscriber binding watches the embedded Azure that AZURE_ENDPOINT_URL names', async () => {
  const store = join(directory.path, 'store');
  await run('keys', '--azure', 'sensor1', 'desk', '--store', store);
  const thumbprints = readThumbprints(store, ['sensor1', 'desk']);
  const client = (name: string) => ({ name, thumbprints: [thumbprints[name] as string] });
  const { template } = synthesizeAzureLwtStack({
    sensors: [client('sensor1')],
    actuators: [],
    watchers: [client('desk')],
  });
  const engine = await Engine.start({
    azure: { template: { name: 'cdk.tf.json', json: template } },
    stateDirectory: state(),
    findPrivateKey: (_cloud, pem) => readStoredCredentials(store, 'azure').privateKeyOf(pem),
    findCertificate: (_cloud, thumbprint) =>
      readStoredCredentials(store, 'azure').certificateWithThumbprint(thumbprint),
  });
  const AZURE_ENDPOINT_URL = (await engine.listen()).control;
  const child = startWatch('azure', '--as', 'desk', '--store', store, { AZURE_ENDPOINT_URL });
  try {
    const reader = new Reader(child);
    await reader.line(/^watching clients\/\+\/status as desk$/);
    const birth = { topic: 'clients/sensor1/status', payload: '{"status":"online"}' };
    const agent = deviceOf('sensor1', 'clients/sensor1/status', { birth });

    await agent.connect();
    await reader.line(/Z {2}sensor1 {2}connected {2}birth on clients\/sensor1\/status$/);
    await agent.cut();

    await reader.line(/Z {2}sensor1 {2}disconnected {2}last will on clients\/sensor1\/status$/);
  } finally {
    child.kill('SIGKILL');
    await engine.stop();
  }
}, 30_000);

/** Starts the command in a process of its own. */
function startWatch(...arguments_: readonly (string | Readonly<Record<string, string>>)[]): ChildProcess {
  const flags = arguments_.filter((argument) => typeof argument === 'string');
  const environment = Object.assign({}, process.env, ...arguments_.filter((argument) => typeof argument !== 'string'));
  return spawn(process.execPath, ['--import', 'tsx', 'bin/lastwill.ts', 'watch', ...flags, '--state', state()], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
}

/** A device of the embedded cloud with a will. */
function deviceOf(clientId: string, willTopic: string, more: Partial<DeviceAgentOptions> = {}): DeviceAgent {
  const connection = resolveConnection({ local: state(), clientId }, {});
  return new DeviceAgent({ ...connection, will: { topic: willTopic, payload: lastWillPayload(clientId) }, ...more });
}

/** Reads the lines of a process as they come. */
class Reader {
  text = '';

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.text += chunk;
        child.emit('read');
      });
    }
  }

  /** Resolves with the first complete line that fits; rejects when the process ends without one. */
  async line(pattern: RegExp): Promise<string> {
    const ended = once(this.child, 'exit').then(() => 'ended');
    for (;;) {
      const found = this.text
        .split('\n')
        .slice(0, -1)
        .find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if ((await Promise.race([once(this.child, 'read'), ended])) === 'ended') throw new Error(`no line: ${this.text}`);
    }
  }
}

/** Two things: one may do all that a device does, the other may only hear of wills. */
function presenceTemplate(store: string) {
  const arn = (rest: string): string => `arn:aws:iot:us-east-1:123456789012:${rest}`;
  const allow = (Action: string, resource: string) => ({ Effect: 'Allow', Action, Resource: arn(resource) });
  const thing = (name: string, statements: readonly object[]) => ({
    [`${name}Thing`]: { Type: 'AWS::IoT::Thing', Properties: { ThingName: name } },
    [`${name}Certificate`]: {
      Type: 'AWS::IoT::Certificate',
      Properties: {
        Status: 'ACTIVE',
        CertificateSigningRequest: readFileSync(join(store, 'aws', name, 'client.csr'), 'utf8'),
      },
    },
    [`${name}Policy`]: {
      Type: 'AWS::IoT::Policy',
      Properties: { PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
    [`${name}PolicyAttachment`]: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: `${name}Policy` }, Principal: { 'Fn::GetAtt': [`${name}Certificate`, 'Arn'] } },
    },
    [`${name}ThingAttachment`]: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: name, Principal: { 'Fn::GetAtt': [`${name}Certificate`, 'Arn'] } },
    },
  });
  return {
    Resources: {
      ...thing('pump7', [allow('iot:Connect', 'client/pump7'), allow('iot:Publish', 'topic//last/will/topic')]),
      ...thing('desk', [
        allow('iot:Connect', 'client/desk'),
        allow('iot:Subscribe', 'topicfilter//last/will/topic'),
        allow('iot:Receive', 'topic//last/will/topic'),
      ]),
    },
  };
}

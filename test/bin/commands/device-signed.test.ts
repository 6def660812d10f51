import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../../local/engine';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
let engine: Engine;

const TEMPLATE = JSON.stringify({
  Resources: { Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } } },
});

beforeEach(async () => {
  engine = await Engine.start({
    aws: { templates: [{ name: 'one-thing.template.json', text: TEMPLATE }] },
    stateDirectory: directory.path,
  });
  await engine.listen();
});
afterEach(() => engine.stop());

const observe = (...more: readonly string[]) =>
  run(
    'device',
    '-w',
    '--local',
    directory.path,
    '-id',
    'observer',
    '-t',
    'any/topic',
    '--no-will',
    '--die-after',
    '0',
    ...more,
  );

test('-w --local signs a WebSocket with the IAM identity of the embedded AWS, which may do everything', async () => {
  const { exitCode, stdout } = await observe('--exit', 'graceful');

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^observer connected to wss:\/\/localhost:\d+\/mqtt \(new session, keep alive 30 s\)\n/);
  expect(stdout).toContain('received on any/topic: {"message": "AWS IoT Thing connected message to IoT Core"}\n');
});

test('a WebSocket that is signed with other credentials is refused, in one line', async () => {
  const { endpoint, root } = running();
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' });
  try {
    const { exitCode, stderr } = await run('device', '-w', '-e', endpoint, '-r', root, '-id', 'observer', '--no-will');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^lastwill: wss:\/\/localhost:\d+\/mqtt refused the connection with reason code 135 .*\n$/);
  } finally {
    process.env = before;
  }
});

function running(): { readonly endpoint: string; readonly root: string } {
  const { aws } = JSON.parse(readFileSync(join(directory.path, 'local.json'), 'utf8'));
  return { endpoint: aws.webSocketEndpoint, root: join(directory.path, 'authority', 'ca', 'root.pem') };
}

import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { type Misbehaviour, misbehave } from '../cloud/misbehaving-server';
import { temporaryDirectory } from '../temporary-directory';

// Every call of the doctor, answered as no correct server does.
jest.setTimeout(60_000);

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
beforeEach(async () => {
  process.env.AWS_MAX_ATTEMPTS = '1';
  deployed = await deploy(directory.path);
  await run('certificates', 'pull', 'lwtThing', '--store', deployed.store, '--state', deployed.state);
});
afterEach(() => deployed.engine.stop());

const doctor = () => run('doctor', 'aws', '--device', 'lwtThing', '--store', deployed.store, '--state', deployed.state);
const answer =
  (body: string): Misbehaviour =>
  () => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

test.each([
  ['an empty object', answer('{}')],
  ['null', answer('null')],
])('with %s at any of its calls the doctor tells what it does not know, and no stack trace', async (_what, how) => {
  let wrong = 0;
  let calls = 0;
  const server = await misbehave(deployed.state, () => (calls++ === wrong ? how : undefined));
  process.env.AWS_ENDPOINT_URL = server.url;

  const told: string[] = [];
  for (let last = Number.POSITIVE_INFINITY; wrong < last; wrong++) {
    calls = 0;
    const { stdout, stderr } = await doctor();
    told.push(`${stdout}${stderr}`);
    last = Math.min(last, calls + 1);
  }
  await server.close();

  expect(told.filter((text) => /unexpected:|\n {4}at |Cannot read|is not iterable|undefined/.test(text))).toEqual([]);
  expect(wrong).toBeGreaterThan(8);
});

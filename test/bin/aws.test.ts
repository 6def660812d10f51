import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURE_STORE, fixtureCsr } from '../fixtures/store';

const root = join(__dirname, '../..');

let outputDirectory: string;
beforeEach(() => {
  outputDirectory = mkdtempSync(join(tmpdir(), 'lastwill-bin-aws-'));
});
afterEach(() => {
  rmSync(outputDirectory, { recursive: true, force: true });
});

/** Runs the app as the CDK command line does. */
function runApp(context: object): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/aws.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_CONTEXT_JSON: JSON.stringify({ store: FIXTURE_STORE, ...context }),
      CDK_OUTDIR: outputDirectory,
    },
  });
}

test('the template is LwtStack.template.json and holds a device per name', () => {
  const { status } = runApp({ devices: 'lwtThing,pump7', emails: 'a@example.com' });

  const template = JSON.parse(readFileSync(join(outputDirectory, 'LwtStack.template.json'), 'utf8'));
  expect(status).toBe(0);
  expect(Object.keys(template.Outputs)).toEqual(
    expect.arrayContaining(['CertificateIdlwtThing', 'CertificateIdpump7']),
  );
  expect(JSON.stringify(template)).not.toContain('PRIVATE KEY');
});

test('a device with client.next.csr has two certificates', () => {
  const store = join(outputDirectory, 'store');
  mkdirSync(join(store, 'aws/lwtThing'), { recursive: true });
  writeFileSync(join(store, 'aws/lwtThing/client.csr'), fixtureCsr('lwtThing'));
  writeFileSync(join(store, 'aws/lwtThing/client.next.csr'), fixtureCsr('pump7'));

  runApp({ store });

  const template = JSON.parse(readFileSync(join(outputDirectory, 'LwtStack.template.json'), 'utf8'));
  expect(Object.keys(template.Outputs)).toEqual(
    expect.arrayContaining(['CertificateIdlwtThing', 'NextCertificateIdlwtThing']),
  );
});

test('a missing signing request is one line that names the command which makes it, and exit code 1', () => {
  const { status, stderr } = runApp({ devices: 'lwtThing,pump9', store: 'no-such-store' });

  expect(status).toBe(1);
  expect(stderr).toBe(
    'lastwill: no-such-store/aws/lwtThing/client.csr, no-such-store/aws/pump9/client.csr are missing; ' +
      'make with: npm run -s lastwill -- keys --store no-such-store lwtThing pump9\n',
  );
});

test('a wrong value is one line that names the context key, without a stack trace, and exit code 1', () => {
  const { status, stderr } = runApp({ emails: 'nobody' });

  expect(status).toBe(1);
  expect(stderr).toBe("lastwill: emails[0] must be an e-mail address, got 'nobody'\n");
});

test('a slip in a context key is hinted at', () => {
  runApp({ email: 'a@example.com' });

  const report = readFileSync(join(outputDirectory, 'manifest.json'), 'utf8');
  expect(report + readMetadata()).toContain("context key 'email' is not known, did you mean 'emails'?");
});

function readMetadata(): string {
  return readFileSync(join(outputDirectory, 'LwtStack.metadata.json'), 'utf8');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAws } from '../../../bin/cloud/open-aws';
import { readCsr } from '../../../bin/store/store';
import { synthesizeAwsLwtStack } from '../../../lib/aws-app';
import { SystemClock } from '../../../presence/clock';
import { LastwillError } from '../../../presence/errors';
import { DeployedAws, type DeployedAwsOptions } from '../../../smoke/aws/deployed-aws';
import { Interrupted } from '../../../smoke/interrupted';
import { AWS_STACK_PROBES } from '../../../smoke/probes/aws';
import { run } from '../../bin/capture';
import { deploy, withoutAws } from '../../bin/cloud/deployed-stack';
import { temporaryDirectory } from '../../bin/temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

/** Runs a command of `lastwill` in this process. */
async function lastwill(words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await run(...words);
  if (exitCode !== 0) throw new LastwillError('DIAGNOSIS_FAILED', stderr.trim());
}

function template(store: string): object {
  const device = { name: 'lwtThing', certificateSigningRequest: readCsr(store, 'lwtThing') };
  return synthesizeAwsLwtStack({ notify: ['support@example.com'], devices: [device] });
}

async function deployed(changes: Partial<DeployedAwsOptions> = {}, unconfirmed: readonly string[] = []) {
  const { store, state, engine } = await deploy(directory.path, { unconfirmed });
  const opened = openAws({ state });
  const aws = new DeployedAws({
    opened,
    region: 'us-east-1',
    webSocketPort: opened.embedded?.webSocketPort ?? 0,
    stackName: 'LwtStack',
    deviceName: 'lwtThing',
    thing: 'lwtThing',
    probeTopic: '/smoke-7/probe',
    store,
    state,
    templates: () => [{ name: 'LwtStack', json: template(store) }],
    probes: AWS_STACK_PROBES.filter(({ name }) => name === 'CONNACK'),
    patienceSeconds: 0.1,
    clock: new SystemClock(),
    signal: new AbortController().signal,
    say: () => undefined,
    lastwill,
    ...changes,
  });
  const stop = async (): Promise<void> => {
    opened.session.close();
    await engine.stop();
  };
  return { aws, store, stop };
}

test('pulls the certificate, finds nothing wrong and plays the story on a deployed stack', async () => {
  const { aws, store, stop } = await deployed({ patienceSeconds: 0.3 });

  await aws.pull.run();
  await aws.doctor.run();
  await aws.inForce.run();
  const story = await aws.story();
  await stop();

  expect(readFileSync(join(store, 'aws/lwtThing/client-cert.pem'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(story.map(({ what, ok }) => [what, ok])).toEqual([
    ['the observer sees the device connect', true],
    ['the observer sees the will', true],
    ['the observer sees the will republished by the rule', true],
    ['DISCONNECT causes no will', true],
  ]);
});

test('compares the deployed stack, as it is reached from outside, with the embedded one', async () => {
  const { aws, stop } = await deployed();
  await aws.pull.run();

  const { observations, unobserved } = await aws.compare();
  await stop();

  expect(unobserved).toEqual([]);
  expect(observations.filter(({ equal }) => !equal)).toEqual([]);
  expect(observations).toContainEqual({
    probe: 'CONNACK',
    observation: 'maximumPacketSize',
    real: 149_504,
    embedded: 149_504,
    equal: true,
    source: 'https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html',
    option: 'limits.packetBytes of local/broker/profiles/aws.ts',
  });
});

test('fails to examine a stack that is not deployed', async () => {
  const { aws, stop } = await deployed({ stackName: 'smoke-7777-LwtStack' });

  await expect(aws.pull.run()).rejects.toThrow(/stack smoke-7777-LwtStack is not deployed in us-east-1/);
  await expect(aws.story()).rejects.toThrow(/stack smoke-7777-LwtStack is not deployed in us-east-1/);
  await stop();
});

test.each(['story', 'compare'] as const)('stops at once when a person interrupts: %s', async (part) => {
  const interruption = new AbortController();
  const { aws, stop } = await deployed({ signal: interruption.signal, patienceSeconds: 60 });
  await aws.pull.run();

  const done = aws[part]();
  interruption.abort();

  await expect(done).rejects.toThrow(Interrupted);
  await stop();
});

test('an e-mail address that is confirmed is not waited for', async () => {
  const said: string[] = [];
  const { aws, stop } = await deployed({ say: (line) => said.push(line) });

  await aws.emailConfirmed(10).run();
  await stop();

  expect(said).toEqual([
    '  open the link in the e-mail "AWS Notification - Subscription Confirmation" within 10 minutes',
  ]);
});

test('fails when nobody confirms an e-mail address in time', async () => {
  let now = 0;
  const clock = {
    now: () => now,
    schedule: (milliseconds: number, act: () => void) => {
      now += milliseconds;
      queueMicrotask(act);
      return { cancel: () => undefined };
    },
  };
  const { aws, stop } = await deployed({ clock }, ['support@example.com']);

  await expect(aws.emailConfirmed(1).run()).rejects.toThrow(/^nobody has confirmed to be told by arn:aws:sns:/);
  await stop();

  expect(now).toBe(60_000);
});

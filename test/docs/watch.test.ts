import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnPolicyPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import { Certificate } from '../../constructs/aws';
import { type Device, LocalCloud } from '../../testing';
import { fixtureCsr } from '../fixtures/store';
import { NEW_BENCH, runExample } from './example-bench';

const page = readFileSync(join(__dirname, '../../docs/watch.md'), 'utf8');

/** The only block of the page in a language. */
function block(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] as string;
}

async function expectWatches(cloud: LocalCloud, watcher: Device): Promise<void> {
  await watcher.subscribe(['$aws/events/presence/#', '/last/will/topic']);
  await cloud.publish('$aws/events/presence/disconnected/pump7', { clientId: 'pump7' });
  await cloud.publish('/last/will/topic', 'gone');

  expect(watcher.received.map(({ topic }) => topic)).toEqual([
    '$aws/events/presence/disconnected/pump7',
    '/last/will/topic',
  ]);
  await expect(watcher.subscribe('#')).rejects.toMatchObject({ code: 'OPERATION_REFUSED' });
  await expect(watcher.publish('/last/will/topic', 'forged')).rejects.toMatchObject({ code: 'OPERATION_REFUSED' });
}

// https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
test('the policy for an IAM identity allows what watching takes, and nothing else', async () => {
  const { stack } = NEW_BENCH.aws() as { readonly stack: Stack };
  const policy = new CfnPolicy(stack, 'Policy', { policyDocument: JSON.parse(block('json')) });
  const certificate = Certificate.fromCsr(stack, 'Identity', fixtureCsr('pump7'));
  new CfnPolicyPrincipalAttachment(stack, 'Attachment', {
    policyName: policy.ref,
    principal: certificate.certificateArn,
  });

  const cloud = await LocalCloud.deploy(stack);

  await expectWatches(cloud, await cloud.connect('Identity', { clientId: 'lastwill-watch-0a1b2c3d' }));
  await expect(cloud.connect('Identity', { clientId: 'pump7' })).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
});

test('the thing of the example may watch, and do nothing else', async () => {
  const bench = NEW_BENCH.aws();
  runExample(block('ts'), bench);

  const cloud = await LocalCloud.deploy(bench.stack as Stack);

  await expectWatches(cloud, await cloud.connect('desk'));
});

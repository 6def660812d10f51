// The synthesized template has what the app declared, and no key.
const assert = require('node:assert');
const { readFileSync } = require('node:fs');

const text = readFileSync('cdk.out/PumpStack.template.json', 'utf8');
const types = Object.values(JSON.parse(text).Resources).map((resource) => resource.Type);

assert.ok(types.includes('AWS::IoT::TopicRule'), 'the template has a topic rule');
assert.ok(types.includes('AWS::IoT::Certificate'), 'the template has a certificate');
assert.ok(!/PRIVATE KEY/.test(text), 'the template holds no private key');

// The folder that was synthesized runs as it is.
const { LocalCloud } = require('lastwill/testing');

async function run() {
  const cloud = await LocalCloud.deploy('cdk.out');
  const pump = await cloud.connect('pump7', {
    will: {
      topic: 'pumps/pump7/gone',
      payload: { state: { reported: { last_will: 'yes', trigger_action: 'on' } } },
    },
  });
  await pump.cut();
  assert.deepStrictEqual(
    cloud.emails.map(({ to }) => to),
    ['hall3@example.org'],
  );
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});

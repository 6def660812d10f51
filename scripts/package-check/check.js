// The synthesized template has what the app declared, and no key.
const assert = require('node:assert');
const { readFileSync } = require('node:fs');

const text = readFileSync('cdk.out/PumpStack.template.json', 'utf8');
const types = Object.values(JSON.parse(text).Resources).map((resource) => resource.Type);

assert.ok(types.includes('AWS::IoT::TopicRule'), 'the template has a topic rule');
assert.ok(types.includes('AWS::IoT::Certificate'), 'the template has a certificate');
assert.ok(!/PRIVATE KEY/.test(text), 'the template holds no private key');

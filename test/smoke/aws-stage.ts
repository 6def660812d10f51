import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsApp } from '../../lib/aws-app';
import type { TemplateSource } from '../../local/template/cloudformation';
import { addSmokeStacks } from '../../smoke/aws/stacks';
import type { AwsDeployment } from '../../smoke/sites/aws-site';

/** What a deployment with the prefix `smoke-7-` calls its parts. */
export const AWS_DEPLOYMENT: AwsDeployment = {
  thing: 'smoke-7-lwtThing',
  willTopic: '/smoke-7/last/will/topic',
  connectedTopic: '/smoke-7/lwt/connected/topic',
  executedTopic: '/smoke-7/lwt/executed',
  ruleName: 'smoke_7_lastWillRule',
  probeTopic: '/smoke-7/probe',
};

/** The templates that a smoke test with the prefix `smoke-7-` deploys. */
export function smokeTemplates(context: Readonly<Record<string, string>> = {}): TemplateSource[] {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'lastwill-smoke-test-'));
  try {
    const app = createAwsApp({ outputDirectory, validateTemplates: false });
    const whole = { namePrefix: 'smoke-7-', store: join(__dirname, '../fixtures/store'), ...context };
    for (const [key, value] of Object.entries(whole)) app.node.setContext(key, value);
    addSmokeStacks(app);
    return app.synth().stacks.map(({ templateFile, template }) => ({ name: templateFile, json: template }));
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}

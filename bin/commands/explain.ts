import type { Command } from 'commander';
import type { AccessAnswer } from '../../local/aws/explain-access';
import { LastwillError } from '../../presence/errors';
import type { ExplainOptions } from '../explain/template-access';
import { jsonLine } from '../json-line';
import { collect, keyValueOption } from '../option-values';

interface ExplainFlags extends ExplainOptions {
  readonly json?: boolean;
}

/** `lastwill explain`: what the policies of a template say to one operation, and why. */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description(
      'say whether the policies of a template allow something, which statement decides and which came nearest; ' +
        'exit code 0 when it is allowed, 1 when it is denied',
    )
    .requiredOption('--aws <FILE>', 'CloudFormation template, JSON or YAML; may be repeated', collect)
    .requiredOption('--client <ID>', 'the MQTT client id')
    .requiredOption('--action <ACTION>', 'e.g. iot:Connect, iot:Publish, iot:RetainPublish, iot:Subscribe, iot:Receive')
    .requiredOption('--resource <RESOURCE>', 'e.g. client/lwtThing, topic/a/b, topicfilter/a/+, or a full ARN')
    .option(
      '--principal <NAME>',
      'certificate: logical id, id, ARN or thing (default: that of the thing named --client)',
    )
    .option('--will-topic <TOPIC>', 'for iot:Connect: the client has a will on this topic')
    .option('--persistent', 'for iot:Connect: the client wants a persistent session')
    .option('--source-ip <ADDRESS>', 'what aws:SourceIp is')
    .option('--parameter <KEY=VALUE>', 'template parameter; may be repeated', keyValueOption('--parameter'))
    .option('--region <REGION>', 'where the template is deployed (default: us-east-1)')
    .option('--account <ID>', 'account that it is deployed to (default: 123456789012)')
    .option('--json', 'print one JSON line')
    .action(runExplain);
}

async function runExplain(flags: ExplainFlags): Promise<void> {
  // Resolving templates takes a YAML parser and a CA that no other command should wait for.
  const { explainTemplateAccess } =
    require('../explain/template-access') as typeof import('../explain/template-access');
  const answer = await explainTemplateAccess(flags);
  process.stdout.write(flags.json === true ? jsonLine(answer) : describe(answer));
  if (answer.decision === 'denied') throw new LastwillError('ACCESS_DENIED', `${answer.action} is denied`);
}

function describe(answer: AccessAnswer): string {
  const rows: (readonly [string, string])[] = [
    [answer.decision, answer.reason],
    ['client', answer.clientId],
    ['principal', answer.principal],
    ['policies', answer.policies.join(', ') || 'none'],
    ...(answer.statement === undefined ? [] : [['statement', answer.statement] as const]),
    ...Object.entries(answer.variables).map(
      ([name, value]) => ['variable', `\${${name}} ${value === null ? 'has no value' : `= ${value}`}`] as const,
    ),
    ...answer.warnings.map((warning) => ['warning', warning] as const),
  ];
  return rows.map(([title, text]) => `${title.padEnd(10)}${text}\n`).join('');
}

import type { PublishedMessage, RuleReport } from './cloud-record';
import type { LocalCloud } from './local-cloud';

const LONGEST_TEXT = 160;
const MOST_LINES = 10;

/** What happened in a cloud so far, for the reader of a failed test: one line per message, rule, refusal and e-mail. */
export function storyOf(cloud: LocalCloud): string {
  return [
    ...section('messages', cloud.messages().map(messageLine)),
    ...section(
      'rules',
      cloud.rules.flatMap((rule) => ruleLines(rule)),
    ),
    ...section(
      'refused',
      cloud.refusals.map(({ clientId, operation, reason }) => `${operation} of ${clientId}: ${reason}`),
    ),
    ...section(
      'e-mails',
      cloud.emails.map(({ to, subject, text }) => `to ${to}, ${subject}: ${short(text)}`),
    ),
    `time: ${cloud.elapsedSeconds} s since deployment; keep alives, delays and retries wait for advance()`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [`${title}: none`];
  const left = lines.length - MOST_LINES;
  const shown = lines.slice(-MOST_LINES).map((line) => `  ${line}`);
  return [`${title}:${left > 0 ? ` (${left} earlier ones left out)` : ''}`, ...shown];
}

function messageLine({ topic, origin, clientId, text }: PublishedMessage): string {
  const by = clientId === undefined ? '' : ` of ${clientId}`;
  return `${topic} (${origin}${by}): ${short(text)}`;
}

function ruleLines({ name, sql, enabled, evaluations, actions }: RuleReport): string[] {
  if (!enabled) return [`${name} is not enabled`];
  if (evaluations.length === 0) return [`${name} saw no message: ${sql}`];
  const outcomes = evaluations.map(({ topic, outcome, reason }) => {
    const why = reason === undefined ? '' : `: ${reason}`;
    return outcome === 'notMatched' ? `${name} did not match ${topic}: ${sql}` : `${name} ${outcome} on ${topic}${why}`;
  });
  const runs = actions.map(({ type, outcome, resource, reason }) => {
    const on = resource === undefined || resource === '' ? '' : ` on ${resource}`;
    return `${name}: ${type} ${outcome}${on}${reason === undefined ? '' : `: ${reason}`}`;
  });
  return [...outcomes, ...runs];
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}...` : line;
}

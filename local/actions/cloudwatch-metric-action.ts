import type { Action } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';

/** A value that a rule put into CloudWatch. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

const UNDERTAKING = 'put the metric data into CloudWatch';

/** Values kept; older ones are dropped. */
const MAXIMUM_DATA = 10_000;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const UNITS: ReadonlySet<string> = new Set([
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  'Count',
  'None',
  ...sizes(''),
  ...sizes('/Second'),
  'Count/Second',
]);

function sizes(per: string): string[] {
  return ['Bytes', 'Bits'].flatMap((unit) =>
    ['', 'Kilo', 'Mega', 'Giga', 'Tera'].map((scale) => `${scale}${scale === '' ? unit : unit.toLowerCase()}${per}`),
  );
}

/** The `CloudwatchMetric` action. @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-metrics-rule-action.html */
export function cloudwatchMetricAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  metrics: MetricDatum[],
): Action {
  const roleArn = properties.text('RoleArn');
  const [namespace, name, unit, value] = ['MetricNamespace', 'MetricName', 'MetricUnit', 'MetricValue'].map(
    (property) => properties.text(property),
  ) as [string, string, string, string];
  const timestamp = properties.optionalText('MetricTimestamp');
  return {
    type: identity.type,
    prepare: (invocation) => {
      const fill = invocation.substitute;
      // PutMetricData takes no resource: a policy allows it on *, and may allow a namespace only.
      const condition = new Map([['cloudwatch:namespace', [fill(namespace)]]]);
      identity.authorize(
        { roleArn, action: 'cloudwatch:PutMetricData', resource: '*', context: condition },
        UNDERTAKING,
      );
      const datum: MetricDatum = {
        namespace: fill(namespace),
        name: fill(name),
        unit: fill(unit),
        value: numberIn(fill(value)),
        time: timestamp === undefined ? context.clock.now() : numberIn(fill(timestamp)) * 1_000,
      };
      const resource = `${datum.namespace}/${datum.name}`;
      const problem = problemOf(datum, context.clock.now());
      if (problem !== undefined) throw identity.failure(resource, UNDERTAKING, problem);
      return { resource, details: { ...datum }, apply: () => append(metrics, datum) };
    },
  };
}

/** CloudWatch takes times from two weeks ago until in two hours. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const OLDEST_MILLISECONDS = 14 * 24 * 3_600_000;
const NEWEST_MILLISECONDS = 2 * 3_600_000;

function problemOf({ value, unit, time }: MetricDatum, now: number): string | undefined {
  if (!Number.isFinite(value)) return 'The parameter MetricData.member.1.Value must be a number';
  if (!UNITS.has(unit)) return `The parameter MetricData.member.1.Unit must be a unit of CloudWatch, got '${unit}'`;
  if (now - time <= OLDEST_MILLISECONDS && time - now <= NEWEST_MILLISECONDS) return undefined;
  return (
    'The parameter MetricData.member.1.Timestamp must be a time in seconds, from two weeks ago until in two hours, ' +
    `got ${time / 1_000}; timestamp() gives milliseconds`
  );
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function append(metrics: MetricDatum[], datum: MetricDatum): void {
  metrics.push(datum);
  if (metrics.length > MAXIMUM_DATA) metrics.shift();
}

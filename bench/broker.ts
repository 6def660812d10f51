import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchCredentials } from './broker/credentials';
import { makeCredentials } from './broker/make-credentials';
import {
  connectRate,
  cutToWill,
  idleCost,
  type Measurement,
  memoryPerConnection,
  throughput,
  willStorm,
} from './broker/measurements';
import { type Contender, contenders, startServer } from './broker/server-process';

interface Row {
  readonly name: string;
  readonly unit: string;
  /** Whether more is better. */
  readonly higherIsBetter: boolean;
  readonly measure: Measurement;
  /** What the ratio to a contender must be: at least, where a ratio above 1 means that we are better. */
  readonly budgets: Partial<Record<Contender, number>>;
  readonly rounds: number;
}

const ROWS: readonly Row[] = [
  row('will storm, 2,000 clients, TCP', 'ms', willStorm({ clients: 2000, tls: false }), { mosquitto: 1, aedes: 2 }, 1),
  row('will storm, 2,000 clients, TLS', 'ms', willStorm({ clients: 2000, tls: true }), { mosquitto: 1, aedes: 2 }, 1),
  rising('connects, TCP', 'per s', connectRate({ clients: 2000, tls: false, per: 'second' }), {}, 2),
  rising('connects, TLS', 'per s', connectRate({ clients: 500, tls: true, per: 'second' }), { aedes: 0.9 }, 3),
  rising('connects, TLS', 'per CPU s', connectRate({ clients: 500, tls: true, per: 'CPU second' }), { aedes: 0.9 }, 2),
  rising('QoS 0, 1 subscriber', 'messages/s', throughput({ qos: 0, subscribers: 1, messages: 50_000 }), {}, 3),
  rising(
    'QoS 1, 1 subscriber',
    'messages/s',
    throughput({ qos: 1, subscribers: 1, messages: 30_000 }),
    { aedes: 1 },
    5,
  ),
  rising('QoS 0, 100 subscribers', 'deliveries/s', throughput({ qos: 0, subscribers: 100, messages: 2_000 }), {}, 3),
  rising('QoS 1, 100 subscribers', 'deliveries/s', throughput({ qos: 1, subscribers: 100, messages: 1_000 }), {}, 3),
  row('memory per idle connection, 5,000, TCP', 'bytes', memoryPerConnection({ clients: 5000, tls: false }), {}, 1),
  row(
    'memory per idle connection, 2,000, TLS',
    'bytes',
    memoryPerConnection({ clients: 2000, tls: true }),
    { aedes: 1 },
    1,
  ),
  row('10,000 idle clients', 'CPU ms/s', idleCost({ clients: 10_000, seconds: 5 }), {}, 1),
  row('socket cut to will, p50', 'ms', cutToWill({ rounds: 300, percentile: 0.5 }), {}, 1),
  row('socket cut to will, p99', 'ms', cutToWill({ rounds: 300, percentile: 0.99 }), {}, 1),
];

type Budgets = Row['budgets'];

function row(name: string, unit: string, measure: Measurement, budgets: Budgets, rounds: number): Row {
  return { name, unit, measure, budgets, rounds, higherIsBetter: false };
}

function rising(name: string, unit: string, measure: Measurement, budgets: Budgets, rounds: number): Row {
  return { ...row(name, unit, measure, budgets, rounds), higherIsBetter: true };
}

interface Result {
  readonly name: string;
  readonly unit: string;
  readonly values: Partial<Record<Contender, number>>;
  /** How many times better we are than each other contender. */
  readonly ratios: Partial<Record<Contender, number>>;
  readonly budgets: Budgets;
  readonly met: boolean;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
  const credentials = await makeCredentials();
  const names = contenders();
  const results: Result[] = [];
  for (const each of ROWS.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
    results.push(judge(each, await measureAll(each, names, credentials)));
    process.stderr.write(`${each.name}: ${JSON.stringify(results.at(-1)?.values)}\n`);
  }
  process.stdout.write(table(results, names));
  if (values.json !== undefined) {
    const machine = `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`;
    writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  }
  process.exitCode = results.every(({ met }) => met) ? 0 : 1;
}

/** One broker after the other, each in a fresh process, in rounds so that a slow moment of the machine hits all. */
async function measureAll(
  each: Row,
  names: readonly Contender[],
  credentials: BenchCredentials,
): Promise<Partial<Record<Contender, number>>> {
  const samples = new Map<Contender, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < each.rounds; round++) {
    for (const name of names) {
      const server = await startServer(name, credentials);
      try {
        samples.get(name)?.push(await each.measure(server, credentials));
      } finally {
        await server.stop();
      }
    }
  }
  return Object.fromEntries([...samples].map(([name, values]) => [name, best(each, values)]));
}

function judge(each: Row, values: Partial<Record<Contender, number>>): Result {
  const ours = values.lastwill ?? Number.NaN;
  const ratios = Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name !== 'lastwill')
      .map(([name, theirs]) => [name, each.higherIsBetter ? ours / theirs : theirs / ours]),
  ) as Result['ratios'];
  const met = Object.entries(each.budgets).every(
    ([name, least]) => (ratios[name as Contender] ?? Number.POSITIVE_INFINITY) >= least,
  );
  return { name: each.name, unit: each.unit, values, ratios, budgets: each.budgets, met };
}

/** The best round: what else runs on the machine can only make a round worse. */
function best(each: Row, values: readonly number[]): number {
  return each.higherIsBetter ? Math.max(...values) : Math.min(...values);
}

/** A Markdown table, ratios first. */
function table(results: readonly Result[], names: readonly Contender[]): string {
  const others = names.filter((name) => name !== 'lastwill');
  const head = ['what', ...others.map((name) => `times better than ${name}`), 'budget', ...names, 'unit'];
  const lines = results.map((result) => [
    result.name,
    ...others.map((name) => number(result.ratios[name])),
    budget(result),
    ...names.map((name) => number(result.values[name])),
    result.unit,
  ]);
  const render = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...lines].map(render).join('');
}

function budget({ budgets, met }: Result): string {
  const parts = Object.entries(budgets).map(([name, least]) => `${name} >= ${least}`);
  return parts.length === 0 ? '' : `${parts.join(', ')}: ${met ? 'met' : 'MISSED'}`;
}

function number(value: number | undefined): string {
  // What took no measurable time has no ratio to anything.
  if (value === undefined || !Number.isFinite(value)) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

void main();

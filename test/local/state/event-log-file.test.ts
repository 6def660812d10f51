import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StampedEntry } from '../../../local/event-log';
import { EventLogFile, eventLine } from '../../../local/state/event-log-file';
import { temporaryFolders } from '../../temporary-folder';

const refusal: StampedEntry = {
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  cloud: 'aws',
  type: 'refused',
  clientId: 'lwtThing',
  principal: 'abc',
  topic: '/secret',
  action: 'iot:Publish',
  resource: 'arn:aws:iot:us-east-1:123456789012:topic//secret',
  decision: 'denied',
  reason: 'no statement allows it',
  statement: 'policy[0]',
};

const temporaryFolder = temporaryFolders();

test('a refusal is one line with time, cloud, action, full resource, decision, reason and statement', () => {
  expect(JSON.parse(eventLine(refusal))).toEqual({
    time: '2026-01-02T03:04:05.006Z',
    cloud: 'aws',
    type: 'refused',
    clientId: 'lwtThing',
    principal: 'abc',
    topic: '/secret',
    action: 'iot:Publish',
    resource: 'arn:aws:iot:us-east-1:123456789012:topic//secret',
    decision: 'denied',
    reason: 'no statement allows it',
    statement: 'policy[0]',
  });
});

test('a payload is cut at 1 KB, with its full length beside it', () => {
  const line = JSON.parse(eventLine({ ...refusal, type: 'publish', payload: Buffer.alloc(5000, 'a') }));

  expect(line.payload).toBe('a'.repeat(1024));
  expect(line.payloadBytes).toBe(5000);
});

test('a text payload that is cut inside a character stays text', () => {
  const line = JSON.parse(eventLine({ ...refusal, payload: Buffer.from(`a${'ü'.repeat(600)}`) }));

  expect(line.payload).toBe(`a${'ü'.repeat(511)}`);
});

test('a payload that is not text is written as base64', () => {
  const line = JSON.parse(eventLine({ ...refusal, payload: Buffer.from([0xff, 0x00]) }));

  expect(line.payloadBase64).toBe('/wA=');
});

test('a line is in the file when write returns, and only its owner can read the file', () => {
  const directory = temporaryFolder();
  const log = new EventLogFile({ directory });

  log.write(refusal);

  expect(readFileSync(join(directory, 'events.ndjson'), 'utf8')).toBe(`${eventLine(refusal)}\n`);
  expect(statSync(join(directory, 'events.ndjson')).mode & 0o777).toBe(0o600);
  log.close();
});

test('the file is rotated before it passes its cap, and one older file is kept', () => {
  const directory = temporaryFolder();
  const lineBytes = eventLine(refusal).length + 1;
  const log = new EventLogFile({ directory, maximumBytes: lineBytes * 2 });

  for (let count = 0; count < 7; count++) log.write(refusal);

  log.close();
  expect(readdirSync(directory).sort()).toEqual(['events.1.ndjson', 'events.ndjson']);
  expect(statSync(join(directory, 'events.ndjson')).size).toBe(lineBytes);
  expect(statSync(join(directory, 'events.1.ndjson')).size).toBe(lineBytes * 2);
});

// What a user writes in an app of his own: no file of the repository is in reach.
import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Certificate, LwtMonitor, Thing } from 'lastwill/aws';

const stack = new Stack(new App(), 'PumpStack');
const monitor = new LwtMonitor(stack, 'Presence', { willTopic: 'pumps/{device}/gone', notify: ['hall3@example.org'] });
const csr = readFileSync('certificates/aws/pump7/client.csr', 'utf8');
monitor.addDevice(
  new Thing(stack, 'Pump7', { thingName: 'pump7' }),
  Certificate.fromCsr(stack, 'Pump7Certificate', csr),
);

import { createHash } from 'node:crypto';
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Certificate, LwtMonitor, Thing } from 'lastwill/aws';
import { NOTIFY, WILL_TOPIC } from './presence';

export interface PresenceStackProps extends StackProps {
  /** Names of the devices, each with the texts of its signing requests: one, or two while it changes over to a new key. */
  readonly devices: Readonly<Record<string, readonly string[]>>;
}

/** An e-mail as soon as a device drops off. */
export class PresenceStack extends Stack {
  constructor(scope: Construct, id: string, props: PresenceStackProps) {
    super(scope, id, props);
    const monitor = new LwtMonitor(this, 'Presence', { willTopic: WILL_TOPIC, notify: NOTIFY });
    for (const [name, requests] of Object.entries(props.devices)) {
      const thing = new Thing(this, `${name}Thing`, { thingName: name });
      for (const request of requests) {
        monitor.addDevice(thing, Certificate.fromCsr(this, `${name}Certificate${hashOf(request)}`, request));
      }
    }
  }
}

/** A certificate keeps its id for as long as its request is there. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Certificate, LwtMonitor, Thing } from 'lastwill/aws';
import { NOTIFY, WILL_TOPIC } from './presence';

export interface PresenceStackProps extends StackProps {
  /** Names of the devices, each with the text of its certificate signing request. */
  readonly devices: Readonly<Record<string, string>>;
}

/** An e-mail as soon as a device drops off. */
export class PresenceStack extends Stack {
  constructor(scope: Construct, id: string, props: PresenceStackProps) {
    super(scope, id, props);
    const monitor = new LwtMonitor(this, 'Presence', { willTopic: WILL_TOPIC, notify: NOTIFY });
    for (const [name, csr] of Object.entries(props.devices)) {
      const thing = new Thing(this, `${name}Thing`, { thingName: name });
      monitor.addDevice(thing, Certificate.fromCsr(this, `${name}Certificate`, csr));
    }
  }
}

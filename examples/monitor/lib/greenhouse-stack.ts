import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Certificate, LwtMonitor, Thing } from 'lastwill/aws';

export interface GreenhouseStackProps extends StackProps {
  /** Names of the devices, each with the text of its certificate signing request. */
  readonly devices: Readonly<Record<string, string>>;
}

/** The gardener gets an e-mail as soon as a device of the greenhouse drops off. */
export class GreenhouseStack extends Stack {
  constructor(scope: Construct, id: string, props: GreenhouseStackProps) {
    super(scope, id, props);
    const monitor = new LwtMonitor(this, 'Presence', {
      willTopic: 'greenhouse/{device}/will',
      connectedTopic: 'greenhouse/{device}/connected',
      notify: ['gardener@example.com'],
    });
    for (const [name, csr] of Object.entries(props.devices)) {
      const thing = new Thing(this, `${name}Thing`, { thingName: name });
      monitor.addDevice(thing, Certificate.fromCsr(this, `${name}Certificate`, csr));
    }
  }
}

import { Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { Certificate, DevicePolicy, DynamoDbV2Action, IotSql, Thing, TopicRule } from 'lastwill/aws';

export interface FleetStackProps extends StackProps {
  /** Text of the truck's certificate signing request. */
  readonly csr: string;
}

/** A table with the last known state of every truck. Table and stack existed before; thing, policy and rule are new. */
export class FleetStack extends Stack {
  constructor(scope: Construct, id: string, props: FleetStackProps) {
    super(scope, id, props);
    const table = new TableV2(this, 'LastKnownState', { partitionKey: { name: 'truck', type: AttributeType.STRING } });
    const policy = new DevicePolicy(this, 'TruckPolicy')
      .allowConnect()
      .allowPublish('trucks/{device}/position')
      .allowWill({ topic: 'trucks/{device}/state' });
    const certificate = Certificate.fromCsr(this, 'TruckCertificate', props.csr);
    new Thing(this, 'Truck', { thingName: 'truck42' }).attachCertificate(certificate);
    policy.attachTo(certificate);
    new TopicRule(this, 'KeepState', {
      sql: IotSql.select({ select: 'topic(2) AS truck, state, timestamp() AS since', from: 'trucks/+/state' }),
      actions: [new DynamoDbV2Action(table)],
    });
  }
}

import { aws_iam as iam, aws_iot as iot, Stack, aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Tells the dispatcher when a truck's cargo gets warm. Written with aws-cdk-lib alone. */
export class ColdChainStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const alarms = new sns.Topic(this, 'Alarms');
    new sns.Subscription(this, 'Dispatcher', {
      topic: alarms,
      protocol: sns.SubscriptionProtocol.EMAIL,
      endpoint: 'dispatcher@example.com',
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('iot.amazonaws.com') });
    alarms.grantPublish(role);
    new iot.CfnTopicRule(this, 'TooWarm', {
      topicRulePayload: {
        sql: "SELECT topic(2) AS truck, celsius FROM 'trucks/+/cargo' WHERE celsius > 8",
        awsIotSqlVersion: '2016-03-23',
        actions: [{ sns: { targetArn: alarms.topicArn, roleArn: role.roleArn, messageFormat: 'RAW' } }],
      },
    });
  }
}

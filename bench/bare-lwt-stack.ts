import { Aws, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRole, CfnPolicy as CfnRolePolicy } from 'aws-cdk-lib/aws-iam';
import {
  CfnCertificate,
  CfnPolicy,
  CfnPolicyPrincipalAttachment,
  CfnThing,
  CfnThingPrincipalAttachment,
  CfnTopicRule,
} from 'aws-cdk-lib/aws-iot';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

const statement = (Effect: string, Action: string | string[], Resource: string | string[], more = {}) => ({
  Effect,
  Action,
  Resource,
  ...more,
});
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });

/** The last-will stack as somebody writes it by hand with the CDK's L1 classes: the yardstick for our constructs. */
export class BareLwtStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly certificateSigningRequest: string }) {
    super(scope, id, props);
    this.#device(props.certificateSigningRequest);
    const key = new CfnKey(this, 'Key', { enableKeyRotation: true, keyPolicy: this.#keyPolicy() });
    const topic = this.#topic(key);
    this.#rule(topic, key);
    for (const name of ['Failure', 'RuleMessageThrottled', 'ParseError']) this.#alarm(name, topic);
  }

  #arn(resource: string): string {
    return Fn.join('', ['arn:', Aws.PARTITION, ':iot:', Aws.REGION, ':', Aws.ACCOUNT_ID, ':', resource]);
  }

  #device(certificateSigningRequest: string): void {
    const thing = new CfnThing(this, 'Thing', { thingName: 'lwtThing' });
    const certificate = new CfnCertificate(this, 'Certificate', { status: 'ACTIVE', certificateSigningRequest });
    const name = '${iot:Connection.Thing.ThingName}';
    const policy = new CfnPolicy(this, 'Policy', {
      policyDocument: document(
        statement('Allow', 'iot:Connect', this.#arn(`client/${name}`), {
          Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
        }),
        statement('Allow', 'iot:Publish', [
          this.#arn('topic//last/will/topic'),
          this.#arn('topic//lwt/connected/topic'),
        ]),
        statement('Allow', 'iot:Subscribe', [
          this.#arn('topicfilter//lwt/connected/topic'),
          this.#arn('topicfilter//lwt/executed'),
        ]),
        statement('Allow', 'iot:Receive', [this.#arn('topic//lwt/connected/topic'), this.#arn('topic//lwt/executed')]),
      ),
    });
    const principal = certificate.attrArn;
    new CfnPolicyPrincipalAttachment(this, 'PolicyAttachment', { policyName: policy.ref, principal });
    new CfnThingPrincipalAttachment(this, 'ThingAttachment', { thingName: thing.ref, principal });
  }

  #keyPolicy(): object {
    const root = Fn.join('', ['arn:', Aws.PARTITION, ':iam::', Aws.ACCOUNT_ID, ':root']);
    const use = ['kms:Decrypt', 'kms:GenerateDataKey*'];
    return document(
      statement('Allow', 'kms:*', '*', { Principal: { AWS: root } }),
      statement('Allow', use, '*', { Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      statement('Allow', use, '*', { Principal: { Service: 'sns.amazonaws.com' } }),
    );
  }

  #topic(key: CfnKey): CfnTopic {
    const topic = new CfnTopic(this, 'Topic', {
      topicName: 'lwtSNSTopic',
      displayName: 'lwtSNSTopic',
      kmsMasterKeyId: key.attrArn,
    });
    new CfnTopicPolicy(this, 'TopicPolicy', {
      topics: [topic.ref],
      policyDocument: document(
        statement('Deny', 'sns:Publish', topic.ref, {
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        statement('Allow', 'sns:Publish', topic.ref, { Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      ),
    });
    new CfnSubscription(this, 'Subscription', {
      topicArn: topic.ref,
      protocol: 'email',
      endpoint: 'support@example.com',
    });
    return topic;
  }

  #rule(topic: CfnTopic, key: CfnKey): void {
    const log = new CfnLogGroup(this, 'ErrorLog', { retentionInDays: 30 });
    const role = new CfnRole(this, 'Role', {
      roleName: 'lwtRuleRole',
      assumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'iot.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const policy = new CfnRolePolicy(this, 'RolePolicy', {
      policyName: 'act',
      roles: [role.ref],
      policyDocument: document(
        statement('Allow', 'sns:Publish', topic.ref),
        statement('Allow', ['kms:Decrypt', 'kms:GenerateDataKey*'], key.attrArn),
        statement('Allow', 'iot:Publish', this.#arn('topic//lwt/executed')),
        statement('Allow', ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], log.attrArn),
      ),
    });
    const roleArn = role.attrArn;
    const rule = new CfnTopicRule(this, 'Rule', {
      ruleName: 'lastWillRule',
      topicRulePayload: {
        awsIotSqlVersion: '2016-03-23',
        description: 'My first LWT rule',
        sql: "SELECT * FROM '/last/will/topic' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'",
        actions: [
          { sns: { targetArn: topic.ref, roleArn, messageFormat: 'RAW' } },
          { republish: { topic: '/lwt/executed', roleArn, qos: 0 } },
        ],
        errorAction: { cloudwatchLogs: { logGroupName: log.ref, roleArn } },
      },
    });
    rule.addDependency(policy);
  }

  #alarm(metricName: string, topic: CfnTopic): void {
    new CfnAlarm(this, `${metricName}Alarm`, {
      namespace: 'AWS/IoT',
      metricName,
      dimensions: [{ name: 'RuleName', value: 'lastWillRule' }],
      statistic: 'Sum',
      period: Duration.minutes(5).toSeconds(),
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.ref],
    });
  }
}

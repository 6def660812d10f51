import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CloudWatchLogsAction, IotSql, RepublishAction, TopicRule } from '../../../../constructs/aws';

test('the message is written to the log group, and the role may write there and do nothing else', () => {
  const stack = new Stack(new App(), 'Stack');
  const logGroup = LogGroup.fromLogGroupArn(
    stack,
    'LogGroup',
    'arn:aws:logs:eu-central-1:123456789012:log-group:presence:*',
  );

  new TopicRule(stack, 'Rule', {
    sql: IotSql.select({ from: 'a' }),
    actions: [new CloudWatchLogsAction(logGroup, { batchMode: true })],
    errorAction: new RepublishAction('errors'),
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Actions: [{ CloudwatchLogs: { LogGroupName: 'presence', BatchMode: true } }] },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        {
          Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          Effect: 'Allow',
          Resource: [
            'arn:aws:logs:eu-central-1:123456789012:log-group:presence',
            'arn:aws:logs:eu-central-1:123456789012:log-group:presence:*',
          ],
        },
        {
          Action: 'iot:Publish',
          Effect: 'Allow',
          Resource: {
            'Fn::Join': [
              '',
              [
                'arn:',
                { Ref: 'AWS::Partition' },
                ':iot:',
                { Ref: 'AWS::Region' },
                ':',
                { Ref: 'AWS::AccountId' },
                ':topic/errors',
              ],
            ],
          },
        },
      ],
    },
  });
});

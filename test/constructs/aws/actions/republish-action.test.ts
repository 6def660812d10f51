import { App, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { IotSql, PayloadFormatIndicator, RepublishAction, TopicRule } from '../../../../constructs/aws';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

function template(action: RepublishAction): Template {
  new TopicRule(stack, 'Rule', { sql: IotSql.select({ from: 'a' }), actions: [action] });
  return Template.fromStack(stack);
}

function grantOn(topic: string): object {
  return {
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Action: 'iot:Publish',
          Effect: 'Allow',
          Resource: {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:topic/${topic}`]],
          },
        },
      ]),
    },
  };
}

test('the message is published on the topic with QoS 0, and the role may publish there and nowhere else', () => {
  const rendered = template(new RepublishAction('/lwt/executed'));

  rendered.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Actions: [{ Republish: { Topic: '/lwt/executed', Qos: 0 } }] },
  });
  rendered.hasResourceProperties('AWS::IAM::Policy', grantOn('/lwt/executed'));
});

test('QoS 1 can be asked for', () => {
  template(new RepublishAction('b', { qos: 1 })).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Actions: [{ Republish: { Qos: 1 } }] },
  });
});

test('what a substitution template stands for is a wildcard of the grant', () => {
  template(new RepublishAction('executed/${topic(2)}')).hasResourceProperties(
    'AWS::IAM::Policy',
    grantOn('executed/*'),
  );
});

test('a topic that is known only at deployment is granted as it is, not as a wildcard', () => {
  const topic = Token.asString({ Ref: 'Topic' });

  template(new RepublishAction(topic)).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Action: 'iot:Publish',
          Effect: 'Allow',
          Resource: {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:topic/', { Ref: 'Topic' }],
            ],
          },
        },
      ]),
    },
  });
});

test('a reserved topic is written with $$ in the rule and with $ in the grant', () => {
  const rendered = template(new RepublishAction('$$aws/things/pump7/shadow/update'));

  rendered.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Actions: [{ Republish: { Topic: '$$aws/things/pump7/shadow/update' } }] },
  });
  rendered.hasResourceProperties('AWS::IAM::Policy', grantOn('$aws/things/pump7/shadow/update'));
});

test('fails for a topic with a wildcard and for QoS 2', () => {
  const qos: number = 2;

  expect(() => new RepublishAction('a/#', { qos: qos as 0 | 1 })).toThrow(
    "topic must be a topic name without the wildcards + and #, got 'a/#'; qos must be 0 or 1, got 2",
  );
});

test('the properties of MQTT 5 are written as headers', () => {
  const headers = {
    payloadFormatIndicator: PayloadFormatIndicator.UTF8_DATA,
    contentType: 'application/json',
    responseTopic: 'answers/${topic(2)}',
    correlationData: 'YWJj',
    messageExpiry: '60',
    userProperties: [{ key: 'origin', value: '${topic()}' }],
  };

  template(new RepublishAction('b', { headers })).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Actions: [
        {
          Republish: {
            Headers: {
              PayloadFormatIndicator: 'UTF8_DATA',
              ContentType: 'application/json',
              ResponseTopic: 'answers/${topic(2)}',
              CorrelationData: 'YWJj',
              MessageExpiry: '60',
              UserProperties: [{ Key: 'origin', Value: '${topic()}' }],
            },
          },
        },
      ],
    },
  });
});

test('fails for headers that AWS does not take', () => {
  const headers = { responseTopic: 'a/+', correlationData: '{"id":1}', messageExpiry: 'soon', userProperties: [] };

  expect(() => new RepublishAction('b', { headers })).toThrow(
    "headers.responseTopic must be a topic name without the wildcards + and #, got 'a/+'; " +
      'headers.correlationData must be Base64, got \'{"id":1}\'; ' +
      "headers.messageExpiry must be whole seconds as text, got 'soon'; " +
      'headers.userProperties must be 1 to 100 properties, got 0',
  );
});

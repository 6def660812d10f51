/** The last-will rule with an e-mail and a republish, and two things that share a policy, as plain CloudFormation. */
export const LWT_TEMPLATE = {
  Parameters: { Email: { Type: 'String', Default: 'support@example.com' } },
  Resources: {
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: { Ref: 'Email' } }] },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'act',
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' } },
                { Effect: 'Allow', Action: 'iot:Publish', Resource: topic('lwt/executed') },
              ],
            },
          },
        ],
      },
    },
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: 'lastWillRule',
        TopicRulePayload: {
          AwsIotSqlVersion: '2016-03-23',
          Sql: "SELECT * FROM 'things/+/gone' WHERE status = 'gone'",
          Actions: [
            { Sns: { TargetArn: { Ref: 'Topic' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
            { Republish: { Topic: 'lwt/executed', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
          ],
        },
      },
    },
    Policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyName: 'devices',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow('iot:Connect', iot('client/${iot:Connection.Thing.ThingName}')),
            allow('iot:Publish', topic('things/${iot:Connection.Thing.ThingName}/*')),
            allow('iot:Subscribe', iot('topicfilter/things/*')),
            allow('iot:Receive', topic('things/*')),
          ],
        },
      },
    },
    ...device('Pump', 'pump7'),
    ...device('Valve', 'valve1'),
  },
};

function device(id: string, thingName: string): object {
  const principal = { 'Fn::GetAtt': [`${id}Certificate`, 'Arn'] };
  return {
    [id]: { Type: 'AWS::IoT::Thing', Properties: { ThingName: thingName } },
    [`${id}Certificate`]: {
      Type: 'AWS::IoT::Certificate',
      Properties: { Status: 'ACTIVE', CertificateSigningRequest: 'no key stands behind it' },
    },
    [`${id}IsThing`]: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: { Ref: id }, Principal: principal },
    },
    [`${id}May`]: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: principal },
    },
  };
}

function allow(action: string, resource: object): object {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

function topic(name: string): object {
  return iot(`topic/${name}`);
}

function iot(resource: string): object {
  return {
    'Fn::Join': ['', ['arn:aws:iot:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${resource}`]],
  };
}

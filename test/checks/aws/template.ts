/** One resource of a template. */
type Resource = Readonly<Record<string, unknown>>;

/** A rule with one SNS action, or others. */
export function topicRule(fields: {
  readonly sql?: string;
  readonly actions?: readonly object[];
  readonly rest?: object;
  readonly name?: string;
}): Resource {
  const { sql = "SELECT * FROM 'things/+/gone' WHERE status = 'gone'", actions = [], rest = {}, name } = fields;
  return {
    Type: 'AWS::IoT::TopicRule',
    Properties: {
      ...(name === undefined ? {} : { RuleName: name }),
      TopicRulePayload: {
        Sql: sql,
        AwsIotSqlVersion: '2016-03-23',
        Actions: actions,
        ErrorAction: { CloudwatchLogs: { LogGroupName: 'errors', RoleArn: ROLE } },
        ...rest,
      },
    },
  };
}

const ROLE = 'arn:aws:iam::123456789012:role/rule';

export function sns(messageFormat: string): object {
  return {
    Sns: { TargetArn: 'arn:aws:sns:us-east-1:123456789012:alarm', RoleArn: ROLE, MessageFormat: messageFormat },
  };
}

export function republish(topic: string): object {
  return { Republish: { Topic: topic, RoleArn: ROLE } };
}

/** A policy of statements `[action, resource after the account]`, all allowed. */
export function policy(...statements: readonly (readonly [action: string, resource: string])[]): Resource {
  return {
    Type: 'AWS::IoT::Policy',
    Properties: {
      PolicyName: 'devices',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: statements.map(([Action, resource]) => ({
          Effect: 'Allow',
          Action,
          Resource: resource === '*' ? '*' : `arn:aws:iot:us-east-1:123456789012:${resource}`,
        })),
      },
    },
  };
}

/** A policy under which things leave their will on `things/NAME/gone`. */
export const STRICT_POLICY = policy(
  ['iot:Connect', 'client/${iot:Connection.Thing.ThingName}'],
  ['iot:Publish', 'topic/things/${iot:Connection.Thing.ThingName}/gone'],
);

/** A certificate with the policy, attached to things. */
export function devices(...names: readonly string[]): Record<string, Resource> {
  const principal = { 'Fn::GetAtt': ['Certificate', 'Arn'] };
  const things = names.flatMap((name, index) => [
    [`Thing${index}`, { Type: 'AWS::IoT::Thing', Properties: { ThingName: name } }],
    [
      `ThingAttachment${index}`,
      {
        Type: 'AWS::IoT::ThingPrincipalAttachment',
        Properties: { ThingName: { Ref: `Thing${index}` }, Principal: principal },
      },
    ],
  ]);
  return {
    Certificate: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE', CertificateSigningRequest: 'x' } },
    PolicyAttachment: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: principal },
    },
    ...Object.fromEntries(things),
  };
}

import { type ResolveTemplateOptions, resolveTemplate, resolveTemplates } from '../../../local/template/cloudformation';

/** Resolves a template whose one resource is a log group with the given properties, and returns those. */
function propertiesOf(
  properties: unknown,
  rest: Record<string, unknown> = {},
  options: ResolveTemplateOptions = {},
): unknown {
  const json = {
    ...rest,
    Resources: { ...resourcesOf(rest), X: { Type: 'AWS::Logs::LogGroup', Properties: properties } },
  };
  const { resources } = resolveTemplate({ name: 'demo.template.json', json }, options);
  return resources.find(({ logicalId }) => logicalId === 'X')?.properties;
}

function resourcesOf(rest: Record<string, unknown>): object {
  return typeof rest.Resources === 'object' && rest.Resources !== null ? rest.Resources : {};
}

/** The one property `V` after resolution. */
function resolvedValue(
  value: unknown,
  rest: Record<string, unknown> = {},
  options: ResolveTemplateOptions = {},
): unknown {
  return (propertiesOf({ V: value }, rest, options) as { V?: unknown }).V;
}

const topic = { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } } };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref gives what the resource type refers to', { Ref: 'Topic' }, 'arn:aws:sns:us-east-1:123456789012:alarms'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Topic', 'TopicName'] }, 'alarms'],
    ['GetAtt as a dotted text', { 'Fn::GetAtt': 'Topic.TopicName' }, 'alarms'],
    ['Sub with references and attributes', { 'Fn::Sub': '${AWS::Region}/${Topic.TopicName}' }, 'us-east-1/alarms'],
    ['Sub keeps ${!x} as ${x}', { 'Fn::Sub': 'a/${!topic(3)}/${Topic.TopicName}' }, 'a/${topic(3)}/alarms'],
    ['Sub with variables, which win', { 'Fn::Sub': ['${Topic}-${n}', { Topic: 'x', n: 1 }] }, 'x-1'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }, 3]] }, 'a-123456789012-3'],
    ['Join leaves out AWS::NoValue', { 'Fn::Join': [',', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
    ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Select from Split', { 'Fn::Select': [2, { 'Fn::Split': [':', 'x:y:z'] }] }, 'z'],
    ['FindInMap', { 'Fn::FindInMap': ['Stage', { Ref: 'AWS::Region' }, 'level'] }, 'high'],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Stage', 'nowhere', 'level', { DefaultValue: 'low' }] }, 'low'],
    ['Base64', { 'Fn::Base64': 'Hi' }, 'SGk='],
    ['GetAtt whose parts are functions', { 'Fn::GetAtt': [{ 'Fn::Sub': 'Topic' }, 'TopicName'] }, 'alarms'],
    ['GetAZs of null', { 'Fn::GetAZs': null }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['If takes the branch of its condition', { 'Fn::If': ['Yes', 'then', { Ref: 'Nowhere' }] }, 'then'],
    ['If takes the other branch', { 'Fn::If': ['No', { Ref: 'Nowhere' }, 'else'] }, 'else'],
    ['Length', { 'Fn::Length': ['a', 'b'] }, 2],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'AWS::Partition' } } }, '{"a":"aws"}'],
    ['a key of its own kind is left alone', { Ref: 'x', other: 1 }, { Ref: 'x', other: 1 }],
  ])('%s', (_, value, expected) => {
    const rest = {
      Resources: topic,
      Mappings: { Stage: { 'us-east-1': { level: 'high' } } },
      Conditions: { Yes: { 'Fn::Equals': ['1', 1] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
    };

    expect(resolvedValue(value, rest)).toEqual(expected);
  });

  test('AWS::NoValue removes the property that holds it', () => {
    expect(propertiesOf({ A: 1, B: { Ref: 'AWS::NoValue' } })).toEqual({ A: 1 });
  });

  test.each<[string, unknown, boolean]>([
    ['And of true and false', { 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Equals': ['a', 'b'] }] }, false],
    ['Or of true and false', { 'Fn::Or': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Equals': ['a', 'b'] }] }, true],
    ['Not of false', { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, true],
    ['Equals of a parameter', { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, true],
  ])('condition %s', (_, condition, holds) => {
    const rest = { Parameters: { Stage: { Type: 'String', Default: 'prod' } }, Conditions: { C: condition } };

    expect(resolvedValue({ 'Fn::If': ['C', true, false] }, rest)).toBe(holds);
  });

  test('pseudo parameters follow region, account and partition', () => {
    const options = { region: 'cn-north-1', account: '111122223333', partition: 'aws-cn' };

    expect(
      resolvedValue(
        { 'Fn::Sub': '${AWS::Region} ${AWS::AccountId} ${AWS::Partition} ${AWS::URLSuffix} ${AWS::StackName}' },
        {},
        options,
      ),
    ).toBe('cn-north-1 111122223333 aws-cn amazonaws.com.cn demo');
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
describe('parameters', () => {
  test.each<[string, unknown, Record<string, string>, unknown]>([
    ['takes its default', { Type: 'String', Default: 'a' }, {}, 'a'],
    ['takes the value given', { Type: 'String', Default: 'a' }, { P: 'b' }, 'b'],
    ['of type Number', { Type: 'Number', Default: 5 }, {}, '5'],
    ['of type CommaDelimitedList', { Type: 'CommaDelimitedList' }, { P: 'a, b' }, ['a', 'b']],
    ['of an SSM type takes its default', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x/y' }, {}, '/x/y'],
    ['may be empty', { Type: 'String', Default: '' }, {}, ''],
  ])('a parameter %s', (_, declaration, parameters, expected) => {
    expect(resolvedValue({ Ref: 'P' }, { Parameters: { P: declaration } }, { parameters })).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ['no value', { Type: 'String' }, 'has no default and no value was given; give one with --parameter P=VALUE'],
    [
      'a value outside AllowedValues',
      { Type: 'String', Default: 'c', AllowedValues: ['a', 'b'] },
      "must be one of a, b, got 'c'",
    ],
    [
      'a value that breaks AllowedPattern',
      { Type: 'String', Default: 'A', AllowedPattern: '[a-z]+' },
      "must be a text that matches [a-z]+, got 'A'",
    ],
    [
      'a value that is too short',
      { Type: 'String', Default: '', MinLength: 1 },
      "must be at least 1 characters long, got ''",
    ],
    ['a number above MaxValue', { Type: 'Number', Default: 9, MaxValue: '8' }, "must be at most 8, got '9'"],
    ['a text for a Number', { Type: 'Number', Default: 'x' }, "must be a number, got 'x'"],
    [
      'a secret, without showing it',
      { Type: 'String', Default: 'hunter2', NoEcho: true, MaxLength: 3 },
      'must be at most 3 characters long, got ****',
    ],
  ])('fails on %s', (_, declaration, reason) => {
    expect(() => resolvedValue({ Ref: 'P' }, { Parameters: { P: declaration } })).toThrow(
      `demo.template.json: Parameters.P: ${reason}`,
    );
  });
});

describe('resources', () => {
  test('come after those that they refer to or depend on, with or without DependsOn', () => {
    const json = {
      Resources: {
        Rule: {
          Type: 'AWS::IoT::TopicRule',
          Properties: { Target: { 'Fn::GetAtt': ['Role', 'Arn'] } },
          DependsOn: 'Policy',
        },
        Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }] } },
        Role: { Type: 'AWS::IAM::Role' },
      },
    };

    expect(resolveTemplate({ name: 'a', json }).resources.map(({ logicalId }) => logicalId)).toEqual([
      'Role',
      'Policy',
      'Rule',
    ]);
  });

  test('whose condition does not hold are absent, also for DependsOn', () => {
    const json = {
      Conditions: { Never: { 'Fn::Equals': [1, 2] } },
      Resources: {
        Gone: { Type: 'AWS::SNS::Topic', Condition: 'Never' },
        Here: { Type: 'AWS::SNS::Topic', DependsOn: ['Gone'] },
      },
    };

    expect(resolveTemplate({ name: 'a', json }).resources.map(({ logicalId }) => logicalId)).toEqual(['Here']);
  });

  test('are provisioned once, in that order, and what is returned answers Ref and GetAtt', () => {
    const calls: string[] = [];
    const json = {
      Resources: {
        Attachment: {
          Type: 'AWS::IoT::ThingPrincipalAttachment',
          Properties: { ThingName: 'a', Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
        },
        Certificate: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE' } },
      },
    };

    const { resources } = resolveTemplate(
      { name: 'a', json },
      {
        provision: (type, logicalId) => {
          calls.push(`${type} ${logicalId}`);
          return type === 'AWS::IoT::Certificate' ? { ref: 'c1', attributes: { Arn: 'arn:c1' } } : undefined;
        },
      },
    );

    expect(calls).toEqual(['AWS::IoT::Certificate Certificate', 'AWS::IoT::ThingPrincipalAttachment Attachment']);
    expect(resources[1]?.properties.Principal).toBe('arn:c1');
    expect(resources[0]?.ref).toBe('c1');
  });

  test.each<[string, Record<string, unknown>, string, Record<string, string>]>([
    ['AWS::IoT::Thing', { ThingName: 'pump7' }, 'pump7', { Arn: 'arn:aws:iot:us-east-1:123456789012:thing/pump7' }],
    ['AWS::IoT::Policy', { PolicyName: 'p' }, 'p', { Arn: 'arn:aws:iot:us-east-1:123456789012:policy/p', Id: 'p' }],
    ['AWS::IoT::TopicRule', { RuleName: 'r' }, 'r', { Arn: 'arn:aws:iot:us-east-1:123456789012:rule/r' }],
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/a/' }, 'r', { Arn: 'arn:aws:iam::123456789012:role/a/r' }],
    [
      'AWS::SQS::Queue',
      { QueueName: 'q' },
      'https://sqs.us-east-1.amazonaws.com/123456789012/q',
      { Arn: 'arn:aws:sqs:us-east-1:123456789012:q' },
    ],
    ['AWS::DynamoDB::Table', { TableName: 't' }, 't', { Arn: 'arn:aws:dynamodb:us-east-1:123456789012:table/t' }],
    ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', { Arn: 'arn:aws:lambda:us-east-1:123456789012:function:f' }],
    ['AWS::Logs::LogGroup', { LogGroupName: 'g' }, 'g', { Arn: 'arn:aws:logs:us-east-1:123456789012:log-group:g:*' }],
    ['AWS::S3::Bucket', { BucketName: 'b' }, 'b', { Arn: 'arn:aws:s3:::b' }],
  ])('a named %s has the Ref and ARN that AWS gives it', (type, properties, ref, attributes) => {
    const [resource] = resolveTemplate({
      name: 'a',
      json: { Resources: { R: { Type: type, Properties: properties } } },
    }).resources;

    expect(resource?.ref).toBe(ref);
    expect(resource?.attributes).toMatchObject(attributes);
  });

  test('an unnamed resource gets stack, logical id and a suffix that stays the same; a rule has no hyphens', () => {
    const json = { Resources: { T: { Type: 'AWS::SNS::Topic' }, R: { Type: 'AWS::IoT::TopicRule' } } };

    const first = resolveTemplate({ name: 'demo.json', json }).resources;
    const second = resolveTemplate({ name: 'demo.json', json }).resources;

    expect(first).toEqual(second);
    expect(first[0]?.attributes.TopicName).toMatch(/^demo-T-[0-9A-Z]{12}$/);
    expect(first[1]?.ref).toMatch(/^demo_R_[0-9A-Z]{12}$/);
  });

  test('an unknown type is skipped with a warning, and references to it still resolve', () => {
    const json = {
      Resources: {
        Map: { Type: 'AWS::Location::Map', Properties: {} },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::GetAtt': ['Map', 'MapArn'] } } },
      },
    };

    const { resources, warnings } = resolveTemplate({ name: 'a', json });

    expect(warnings).toEqual(['AWS::Location::Map is not emulated: Map skipped, references to it get made-up values']);
    expect(resources[1]?.properties.DisplayName).toMatch(/^arn:aws:location:us-east-1:123456789012:map\/a-Map-/);
  });

  test('a list that AWS would give for an unknown type can be selected from and joined', () => {
    const addresses = { 'Fn::GetAtt': ['Directory', 'DnsIpAddresses'] };
    const json = {
      Resources: { Directory: { Type: 'AWS::DirectoryService::SimpleAD' }, Topic: { Type: 'AWS::SNS::Topic' } },
      Outputs: {
        Second: { Value: { 'Fn::Select': [1, addresses] } },
        All: { Value: { 'Fn::Join': [',', addresses] } },
      },
    };

    expect(resolveTemplate({ name: 'a', json }).outputs).toEqual({
      Second: expect.any(String),
      All: expect.any(String),
    });
  });

  test('known types that do nothing here give no warning', () => {
    const json = {
      Resources: {
        Key: { Type: 'AWS::KMS::Key' },
        TopicPolicy: { Type: 'AWS::SNS::TopicPolicy' },
        Meta: { Type: 'AWS::CDK::Metadata' },
        Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      },
    };

    expect(resolveTemplate({ name: 'a', json }).warnings).toEqual([]);
  });
});

describe('loops of AWS::LanguageExtensions', () => {
  test('Fn::ForEach makes one resource per element of a list parameter', () => {
    const json = {
      Transform: 'AWS::LanguageExtensions',
      Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'pump1,pump2' } },
      Resources: {
        'Fn::ForEach::Things': [
          'Name',
          { Ref: 'Names' },
          { 'Thing${Name}': { Type: 'AWS::IoT::Thing', Properties: { ThingName: { 'Fn::Sub': '${Name}' } } } },
        ],
      },
    };

    const { resources, warnings } = resolveTemplate({ name: 'a', json });

    expect(resources.map(({ logicalId, ref }) => [logicalId, ref])).toEqual([
      ['Thingpump1', 'pump1'],
      ['Thingpump2', 'pump2'],
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('several templates', () => {
  test('import what another exports, whatever the order of the files', () => {
    const importer = {
      Resources: {
        T: {
          Type: 'AWS::SNS::Topic',
          Properties: { TopicName: { 'Fn::ImportValue': { 'Fn::Sub': '${AWS::Region}-name' } } },
        },
      },
    };
    const exporter = {
      Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'shared' } } },
      Outputs: {
        Name: { Value: { 'Fn::GetAtt': ['T', 'TopicName'] }, Export: { Name: { 'Fn::Sub': '${AWS::Region}-name' } } },
      },
    };

    const [first] = resolveTemplates([
      { name: 'importer.json', json: importer },
      { name: 'exporter.json', json: exporter },
    ]);

    expect(first?.resources[0]?.properties.TopicName).toBe('shared');
  });

  test('fails when a value that is imported is exported by none', () => {
    const json = {
      Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::ImportValue': 'x' } } } },
    };

    expect(() => resolveTemplates([{ name: 'a.json', json }])).toThrow(
      "a.json: Resources.T.Properties.TopicName.Fn::ImportValue: no given template exports 'x'; give the file that does as well",
    );
  });

  test('fails when a parameter is given that none declares', () => {
    const json = { Parameters: { Stage: { Type: 'String', Default: 'x' } }, Resources: topic };

    expect(() => resolveTemplates([{ name: 'a.json', json }], { parameters: { Stge: 'y' } })).toThrow(
      '--parameter Stge must be a parameter of a template, declared are Stage',
    );
  });
});

describe('a template that cannot work is refused with file, place and reason:', () => {
  test.each<[string, unknown, string]>([
    ['Ref to nothing', { Ref: 'Nope' }, ".Ref: the template has no parameter or resource 'Nope'"],
    [
      'GetAtt of nothing',
      { 'Fn::GetAtt': ['Nope', 'Arn'] },
      ".Fn::GetAtt: the template has no parameter or resource 'Nope'",
    ],
    [
      'an attribute that the type does not have',
      { 'Fn::GetAtt': ['Topic', 'Arn'] },
      ".Fn::GetAtt: AWS::SNS::Topic has no attribute 'Arn', it has TopicArn, TopicName",
    ],
    ['an unknown intrinsic', { 'Fn::Magic': 1 }, ': Fn::Magic is not an intrinsic function that is known here'],
    [
      'an unknown pseudo parameter',
      { Ref: 'AWS::Moon' },
      ".Ref: 'AWS::Moon' is not a pseudo parameter of CloudFormation",
    ],
    [
      'an intrinsic that is not alone',
      { 'Fn::Sub': 'a', x: 1 },
      ': Fn::Sub must be the only key of its object, got also x',
    ],
    ['Select beyond the end', { 'Fn::Select': [2, ['a']] }, '.Fn::Select: index must be from 0 to 0, got 2'],
    ['a missing condition', { 'Fn::If': ['C', 1, 2] }, ".Fn::If: Conditions has no condition 'C'"],
    ['a missing mapping', { 'Fn::FindInMap': ['M', 'a', 'b'] }, '.Fn::FindInMap: Mappings has no entry M.a.b'],
    [
      'an unescaped substitution template',
      { 'Fn::Sub': 'x/${topic(1)}' },
      '.Fn::Sub: ${topic(1)} must name a parameter, resource or attribute; to keep it for the rule engine write ${!topic(1)}',
    ],
  ])('%s', (_, value, message) => {
    expect(() => resolvedValue(value, { Resources: topic })).toThrow(
      `demo.template.json: Resources.X.Properties.V${message}`,
    );
  });

  test('resources that depend on each other', () => {
    const json = {
      Resources: {
        A: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'B' } } },
        B: { Type: 'AWS::SNS::Topic', DependsOn: 'A' },
      },
    };

    expect(() => resolveTemplate({ name: 'a.json', json })).toThrow(
      'a.json: Resources.A: depends on itself: A -> B -> A',
    );
  });

  test('every problem at once', () => {
    const json = {
      Resources: {
        A: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'X' } } },
        B: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Y' } } },
      },
    };

    expect(() => resolveTemplate({ name: 'a.json', json })).toThrow(
      "a.json: Resources.A.Properties.DisplayName.Ref: the template has no parameter or resource 'X'; " +
        "a.json: Resources.B.Properties.DisplayName.Ref: the template has no parameter or resource 'Y'",
    );
  });

  test.each<[string, unknown, string]>([
    ['not an object', [], 'a.json: a template must be an object, got []'],
    ['no resources', {}, 'a.json: Resources: must be an object with at least one resource, got nothing'],
    ['a resource without type', { Resources: { A: {} } }, 'a.json: Resources.A.Type: must be a text, got nothing'],
  ])('%s', (_, json, message) => {
    expect(() => resolveTemplate({ name: 'a.json', json })).toThrow(message);
  });
});

test('a custom resource is warned of unless its call of AWS IoT has its effect', () => {
  const call = (action: string) => ({
    Type: 'Custom::AWS',
    Properties: { Create: JSON.stringify({ service: 'iot', action, parameters: {} }) },
  });
  const json = { Resources: { Attach: call('attachPolicy'), Job: call('createJob') } };

  const { warnings } = resolveTemplate({ name: 'a.json', json });

  expect(warnings).toEqual(['Custom::AWS is not emulated: Job skipped, references to it get made-up values']);
});

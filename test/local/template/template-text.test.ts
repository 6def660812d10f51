import { parseTemplateText } from '../../../local/template/template-text';

describe('JSON', () => {
  test('is read with a byte order mark', () => {
    expect(parseTemplateText('a.json', '\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  test.each<[string, string, string]>([
    ['a missing value', '{\n  "a": b\n}', "a.json:2:8: not valid JSON: expected a value, found 'b'"],
    ['a trailing comma', '{"a": 1,}', "a.json:1:9: not valid JSON: expected a name in double quotes, found '}'"],
    ['a missing comma', '{"a": 1\n "b": 2}', "a.json:2:2: not valid JSON: expected ',' or '}', found '\"'"],
    ['an early end', '{"a": [1, 2', "a.json:1:12: not valid JSON: expected ',' or ']', found the end of the file"],
    [
      'an open text',
      '{"a": "b\n"}',
      'a.json:1:7: not valid JSON: the text that starts here is not closed or holds a bad character',
    ],
    ['more after the end', '{} {}', "a.json:1:4: not valid JSON: nothing may follow the value, found '{'"],
    ['nothing', '', 'a.json:1:1: not valid JSON: expected a value, found the end of the file'],
  ])('fails on %s with line and column', (_, text, message) => {
    expect(() => parseTemplateText('a.json', text)).toThrow(message);
  });
});

describe('YAML', () => {
  test('is read with the short tags of CloudFormation', () => {
    const text = [
      'Resources:',
      '  Topic:',
      '    Type: AWS::SNS::Topic',
      '    Condition: C',
      '    Properties:',
      '      TopicName: !Sub "${AWS::StackName}-x"',
      '      DisplayName: !Join [ "-", [ !Ref A, !GetAtt B.Arn ] ]',
      '      KmsMasterKeyId: !If',
      '        - C',
      '        - !ImportValue k',
      '        - !Ref AWS::NoValue',
      'Conditions:',
      '  C: !And [ !Condition D, !Not [ !Equals [ a, b ] ] ]',
    ].join('\n');

    expect(parseTemplateText('a.yaml', text)).toEqual({
      Resources: {
        Topic: {
          Type: 'AWS::SNS::Topic',
          Condition: 'C',
          Properties: {
            TopicName: { 'Fn::Sub': '${AWS::StackName}-x' },
            DisplayName: { 'Fn::Join': ['-', [{ Ref: 'A' }, { 'Fn::GetAtt': 'B.Arn' }]] },
            KmsMasterKeyId: { 'Fn::If': ['C', { 'Fn::ImportValue': 'k' }, { Ref: 'AWS::NoValue' }] },
          },
        },
      },
      Conditions: {
        C: { 'Fn::And': [{ Condition: 'D' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }] },
      },
    });
  });

  test('keeps the policy version a text', () => {
    expect(parseTemplateText('a.yml', 'Version: 2012-10-17')).toEqual({ Version: '2012-10-17' });
  });

  test('is recognised by its text when the name does not tell', () => {
    expect(parseTemplateText('a.template', 'Resources: {}')).toEqual({ Resources: {} });
  });

  test('fails with line and column', () => {
    expect(() => parseTemplateText('a.yaml', 'a:\n  - b\n c: d')).toThrow(/^a\.yaml:3:1: not valid YAML: /);
  });

  test('fails on a tag that CloudFormation does not know', () => {
    expect(() => parseTemplateText('a.yaml', 'a: !Subb x')).toThrow(
      'a.yaml:1:4: not valid YAML: Unresolved tag: !Subb',
    );
  });

  test('fails on an alias without its anchor', () => {
    expect(() => parseTemplateText('a.yaml', 'a: *b')).toThrow('a.yaml: not valid YAML: Unresolved alias');
  });
});

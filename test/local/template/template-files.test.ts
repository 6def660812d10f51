import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ResolvedTemplate } from '../../../local/resolved-template';
import { resolveTemplates } from '../../../local/template/cloudformation';
import { readTemplates } from '../../../local/template/template-files';
import { temporaryDirectory } from '../../bin/temporary-directory';

const directory = temporaryDirectory();

/** Writes files into the test's folder and resolves those that are named first. */
function resolved(names: readonly string[], files: Readonly<Record<string, unknown>>): ResolvedTemplate[] {
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return resolveTemplates(names.flatMap((name) => readTemplates(join(directory.path, name))));
}

function thing(ThingName: unknown) {
  return { Type: 'AWS::IoT::Thing', Properties: { ThingName } };
}

function nested(TemplateURL: unknown, Parameters?: object) {
  return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL, Parameters } };
}

function thingNames(templates: readonly ResolvedTemplate[]): unknown[] {
  return templates.flatMap(({ resources }) =>
    resources.filter(({ type }) => type === 'AWS::IoT::Thing').map(({ properties }) => properties.ThingName),
  );
}

// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
describe('a nested stack whose TemplateURL is the path of a file', () => {
  test('is read beside the template that has it, at any depth', () => {
    const templates = resolved(['a.json'], {
      'a.json': { Resources: { B: nested('below/b.yaml', { Name: 'pump' }) } },
      'below/b.yaml':
        'Parameters:\n  Name: {Type: String}\nResources:\n  C:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./c.json\n      Parameters: {Name: !Sub "${Name}7"}\n',
      'below/c.json': { Parameters: { Name: { Type: 'String' } }, Resources: { Thing: thing({ Ref: 'Name' }) } },
    });

    expect(thingNames(templates)).toEqual(['pump7']);
    expect(templates.map(({ file }) => file)).toEqual(
      ['a.json', 'below/b.yaml', 'below/c.json'].map((name) => join(directory.path, name)),
    );
  });

  test('gives its outputs to the template that has it', () => {
    const templates = resolved(['a.json'], {
      'a.json': { Resources: { B: nested('b.json'), Thing: thing({ 'Fn::GetAtt': ['B', 'Outputs.Name'] }) } },
      'b.json': { Resources: { Inner: thing('inner') }, Outputs: { Name: { Value: 'outer' } } },
    });

    expect(thingNames(templates)).toEqual(['outer', 'inner']);
  });

  test('has a stack name of its own, made of its parent’s and its logical id', () => {
    const [, child] = resolved(['Parent.json'], {
      'Parent.json': { Resources: { B: nested('b.json') } },
      'b.json': { Resources: { Inner: thing({ Ref: 'AWS::StackName' }) } },
    });

    expect(child?.name).toMatch(/^Parent-B-[0-9A-Z]{12}$/);
    expect(child?.resources[0]?.ref).toBe(child?.name);
  });

  test('takes a list as text with commas', () => {
    const templates = resolved(['a.json'], {
      'a.json': { Resources: { B: nested('b.json', { Names: ['x', 'y'] }) } },
      'b.json': {
        Parameters: { Names: { Type: 'CommaDelimitedList' } },
        Resources: { Thing: thing({ 'Fn::Select': [1, { Ref: 'Names' }] }) },
      },
    });

    expect(thingNames(templates)).toEqual(['y']);
  });

  test('exports what a template that was named before it imports', () => {
    const templates = resolved(['user.json', 'a.json'], {
      'user.json': { Resources: { Thing: thing({ 'Fn::ImportValue': 'name' }) } },
      'a.json': { Resources: { B: nested('b.json') } },
      'b.json': { Resources: { T: thing('t') }, Outputs: { N: { Value: 'imported', Export: { Name: 'name' } } } },
    });

    expect(thingNames(templates)).toEqual(['imported', 't']);
  });

  test('imports what a template that was named after it exports', () => {
    const templates = resolved(['a.json', 'base.json'], {
      'a.json': { Resources: { B: nested('b.json') } },
      'b.json': { Resources: { T: thing({ 'Fn::ImportValue': 'name' }) } },
      'base.json': { Resources: { Z: thing('z') }, Outputs: { N: { Value: 'imported', Export: { Name: 'name' } } } },
    });

    expect(thingNames(templates)).toEqual(['imported', 'z']);
  });

  test('is not made when its condition does not hold', () => {
    const templates = resolved(['a.json'], {
      'a.json': {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { B: { ...nested('b.json'), Condition: 'Never' }, T: thing('t') },
      },
      'b.json': { Resources: { Inner: thing('inner') } },
    });

    expect(thingNames(templates)).toEqual(['t']);
  });

  test('that is not there is skipped with a warning', () => {
    const [template] = resolved(['a.json'], { 'a.json': { Resources: { B: nested('gone.json'), T: thing('t') } } });

    expect(template?.warnings).toEqual([
      'AWS::CloudFormation::Stack is not emulated: B skipped, references to it get made-up values',
    ]);
  });

  test.each([
    [
      'a parameter that it does not have',
      { B: nested('b.json', { Other: 'x' }) },
      'a.json: Resources.B.Properties.Parameters.Other: is not a parameter of the nested template, which has none',
    ],
    [
      'an output that it does not have',
      { B: nested('b.json'), T: thing({ 'Fn::GetAtt': 'B.Outputs.Nothing' }) },
      "AWS::CloudFormation::Stack has no attribute 'Outputs.Nothing', it has",
    ],
    ['what is wrong in it', { B: nested('wrong.json') }, 'wrong.json: Resources.T.Properties.ThingName'],
    ['itself', { A: nested('a.json') }, 'is nested deeper than 20 stacks'],
  ])('fails for %s', (_, Resources, message) => {
    const files = {
      'a.json': { Resources },
      'b.json': { Resources: { Inner: thing('inner') } },
      'wrong.json': { Resources: { T: thing({ Ref: 'Nothing' }) } },
    };

    expect(() => resolved(['a.json'], files)).toThrow(message);
  });
});

test('a folder of cdktf brings what its manifest names', () => {
  const out = join(directory.path, 'cdktf.out');
  mkdirSync(join(out, 'stacks/azure'), { recursive: true });
  const stacks = { azure: { name: 'azure', synthesizedStackPath: 'stacks/azure/cdk.tf.json' } };
  writeFileSync(join(out, 'manifest.json'), JSON.stringify({ version: '0.20', stacks }));
  writeFileSync(join(out, 'stacks/azure/cdk.tf.json'), '{"terraform":{}}');

  expect(readTemplates(out).map(({ name }) => name)).toEqual([join(out, 'stacks/azure/cdk.tf.json')]);
});

test.each([
  ['greenhouse.template.json', 'npx cdk synth'],
  ['cdk.tf.json', 'the cdktf app, e.g. npm run synth'],
  ['cdktf.out', 'the cdktf app, e.g. npm run synth'],
])('%s that is not there is to be synthesized first', (name, synth) => {
  const path = join(directory.path, name);

  expect(() => readTemplates(path)).toThrow(
    `there is no template ${path}: synthesize it first (${synth}), or name another`,
  );
});

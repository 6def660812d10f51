import { App } from 'aws-cdk-lib';
import { checkCloudFormation } from '../../checks';
import { everyConstruct, stacks } from '../synth/stacks';

function findings(id: string): string[] {
  const app = new App();
  const stack = stacks[id]?.(app);
  if (stack === undefined) throw new Error(`no stack ${id}`);
  const json: unknown = app.synth().getStackByName(stack.stackName).template;
  return checkCloudFormation([{ name: `${id}.json`, json }]).findings.map(
    ({ ruleId, severity }) => `${severity} ${ruleId}`,
  );
}

test('the last-will stack shares one will topic, as its original does, and breaks no other rule', () => {
  expect(findings('AwsLwtStack')).toEqual(['warning lastwill:sharedWillTopic']);
});

test('the MQTT 5 stack shares one certificate, as its original does, and breaks no other rule', () => {
  expect(findings('AwsMqtt5Stack')).toEqual(['warning lastwill:sharedCertificate']);
});

test('one of every construct breaks no rule', () => {
  const app = new App();
  everyConstruct(app);
  const json: unknown = app.synth().getStackByName('EveryConstruct').template;

  const { findings, applied } = checkCloudFormation([{ name: 'EveryConstruct.json', json }]);

  expect(findings).toEqual([]);
  expect(applied).toContain('lastwill:ruleNotPermitted');
});

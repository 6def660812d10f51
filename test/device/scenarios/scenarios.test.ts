import { DEVICE_SCENARIOS, type DeviceScenario } from '../../../device';
import { playOn } from './embedded-stage';

function scenario(name: string): DeviceScenario {
  const found = DEVICE_SCENARIOS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

test.each([
  ['mqtt', 'request-response'],
  ['aws', 'request-response'],
  ['mqtt', 'user-properties'],
  ['aws', 'user-properties'],
  ['mqtt', 'topic-alias'],
  ['aws', 'topic-alias'],
  ['mqtt', 'expiry'],
  ['aws', 'expiry'],
  ['mqtt', 'reason-codes'],
  ['aws', 'reason-codes'],
  ['mqtt', 'lamp'],
  ['aws', 'lamp'],
  ['mqtt', 'lwt'],
  ['mqtt', 'sensor'],
  ['azure', 'sensor'],
  ['mqtt', 'actuator'],
  ['azure', 'actuator'],
] as const)('a broker of profile %s plays %s to its end', async (profile, name) => {
  const { steps, failed } = await playOn(profile, scenario(name));

  expect(failed).toEqual([]);
  expect(steps.length).toBeGreaterThan(0);
});

test('lwt fails where a cloud has no rule that republishes the will', async () => {
  const { failed } = await playOn('aws', scenario('lwt'));

  expect(failed).toEqual(['the observer sees the will republished by the rule: nothing within 10 s']);
});

test('lwt without an observer looks for the republished will when it takes over its own session', async () => {
  const { failed } = await playOn('mqtt', scenario('lwt'), { observer: false });

  expect(failed).toEqual(['the will was published and republished by the rule: nothing within 10 s']);
});

test('expiry says which seconds were left', async () => {
  const { steps } = await playOn('mqtt', scenario('expiry'));

  expect(steps.filter(({ what }) => what === 'PRE_HEAT arrives').map(({ detail }) => detail)).toEqual([
    'vehicle/air_conditioner/set PRE_HEAT, expires in 120 s',
    'vehicle/air_conditioner/set PRE_HEAT, expires in 105 s',
  ]);
});

test('topic-alias says what was saved', async () => {
  const { notes } = await playOn('mqtt', scenario('topic-alias'));

  expect(notes).toEqual([
    'saved 155 bytes: the topic of 82 bytes left out twice, 3 bytes of alias in each of 3 messages',
  ]);
});

test('reason-codes uses alias 14, above the maximum 8 of AWS IoT Core', async () => {
  const { notes } = await playOn('aws', scenario('reason-codes'));

  expect(notes[0]).toBe('publishing with alias 14; the broker takes 8 at most');
});

import { renderReport } from '../../../smoke/run/report';
import type { SmokeReport } from '../../../smoke/run/smoke-run';

const nothing: SmokeReport = { steps: [], story: [], interrupted: false };

test('counts what is documented and equal, and shows what is undocumented in any case', () => {
  const text = renderReport({
    ...nothing,
    comparison: {
      observations: [
        {
          probe: 'will delay',
          observation: 'will',
          real: 'late',
          embedded: 'late',
          equal: true,
          source: 'p',
          option: 'o',
        },
        { probe: 'keep alive', observation: '10', real: 30, embedded: 30, equal: true, source: 'p' },
        { probe: 'keep alive', observation: '0', real: 900, embedded: 1200, equal: false, source: 'https://quotas' },
      ],
      unobserved: [{ probe: 'retained will', cloud: 'real', problem: 'client x was not let in: CONNACK 0x97' }],
    },
  });

  expect(text).toBe(`What no page settles
         PROBE       OBSERVATION  REAL  EMBEDDED
  equal  will delay  will         late  the same

What is documented
             PROBE       OBSERVATION  REAL  EMBEDDED
  DIFFERENT  keep alive  0            900   1200
  1 of 2 equal

What would follow the real cloud
  keep alive, 0: the documents say otherwise or were read wrongly: https://quotas

What could not be seen
  retained will (real): client x was not let in: CONNACK 0x97

not all right: 2 observations equal, 1 different
`);
});

test('ends with what is left and the command that destroys it', () => {
  const remains = { what: 'stack smoke-7-LwtStack', command: 'aws cloudformation delete-stack' };
  const steps = [{ name: 'destroy', ok: false, seconds: 3, problem: 'access denied' }];

  expect(renderReport({ ...nothing, steps, remains, interrupted: true })).toBe(`What failed
  FAILED  destroy: access denied

not all right: 0 observations equal, 0 different
interrupted before it was over
NOT DESTROYED: stack smoke-7-LwtStack; destroy it with: aws cloudformation delete-stack
`);
});

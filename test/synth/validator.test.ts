import { App, type CfnResource } from 'aws-cdk-lib';
import { everyConstruct, stacks } from './stacks';

/** Loading the validator's rules takes seconds on a busy machine. */
const TIMEOUT_MILLISECONDS = 60_000;

let app: App;
beforeEach(() => {
  delete process.env.CDK_VALIDATION;
  app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
});

test.each(Object.entries({ ...stacks, 'one of every construct': everyConstruct }))(
  '%s passes the template validator of CDK',
  (_, create) => {
    create(app);

    expect(() => app.synth()).not.toThrow();
  },
  TIMEOUT_MILLISECONDS,
);

test(
  'the template validator of CDK would find something',
  () => {
    const stack = Object.values(stacks)[0]?.(app);
    const resources = stack?.node
      .findAll()
      .filter((construct): construct is CfnResource => 'cfnResourceType' in construct);
    resources?.[0]?.addPropertyOverride('NoSuchProperty', 'x');

    expect(() => app.synth()).toThrow(/NoSuchProperty/);
  },
  TIMEOUT_MILLISECONDS,
);

import { tmpdir } from 'node:os';
import { transformSync } from '@swc/core';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { TerraformStack } from 'cdktf';
import * as awsConstructs from '../../constructs/aws';
import * as azureConstructs from '../../constructs/azure';
import type { Cloud } from '../../presence/lwt-options';
import * as testing from '../../testing';
import '../../testing/matchers';
import { newNamespace, newStack, thumbprintOf } from '../constructs/azure/synthesized';
import { fixtureCertificate } from '../fixtures/certificates';
import { fixtureCsr } from '../fixtures/store';

/** What an example of a page is run with. */
export interface Bench {
  /** The stack that examples add to. */
  readonly stack: Stack | TerraformStack;
  /** What an example may use without declaring it, by name. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

type Behaviour = readonly [title: string, run: () => Promise<void>];

/** What is imported by the names that users know. */
const PACKAGE: Readonly<Record<string, unknown>> = {
  'lastwill/aws': awsConstructs,
  'lastwill/azure': azureConstructs,
  'lastwill/testing': testing,
  'lastwill/testing/matchers': {},
};

/** What each page says is there already, with its type. */
export const INPUT_TYPES: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: {
    stack: "import('aws-cdk-lib').Stack",
    csr: 'string',
    caCertificatePem: 'string',
    bucket: "import('aws-cdk-lib/aws-s3').IBucket",
    notificationTopic: "import('aws-cdk-lib/aws-sns').ITopic",
  },
  azure: {
    stack: "import('cdktf').TerraformStack",
    namespace: "import('lastwill/azure').EventGridNamespace",
    resourceGroup: "import('lastwill/azure').IResourceGroup",
    thumbprintOf: '(name: string) => string',
    caCertificatePem: 'string',
  },
};

/** A new stack, with what the page of a cloud says is there already. */
export const NEW_BENCH: Readonly<Record<Cloud, () => Bench>> = {
  aws: () => {
    const stack = new Stack(new App(), 'Stack');
    const inputs = {
      csr: fixtureCsr('pump7'),
      caCertificatePem: fixtureCertificate('authority'),
      bucket: new Bucket(stack, 'Bucket'),
      notificationTopic: new awsConstructs.NotificationTopic(stack, 'ExampleTopic').topic,
    };
    return { stack, inputs: { stack, ...inputs } };
  },
  azure: () => {
    const stack = newStack();
    const namespace = newNamespace(stack, { sharedWithOtherApps: true }, 'existing');
    const caCertificatePem = fixtureCertificate('authority');
    const inputs = { namespace, resourceGroup: namespace.resourceGroup, thumbprintOf, caCertificatePem };
    return { stack, inputs: { stack, ...inputs } };
  },
};

/** Runs an example, and gives the tests in it. */
export function runExample(code: string, { inputs }: Bench): Behaviour[] {
  const { code: script } = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const behaviours: Behaviour[] = [];
  const test = (...behaviour: Behaviour): void => void behaviours.push(behaviour);
  const load = (name: string): unknown => PACKAGE[name] ?? require(name);
  const all = { ...inputs, require: load, exports: {}, test };
  // An app of cdktf makes its folder when it is constructed.
  process.env.CDKTF_OUTDIR = tmpdir();
  new Function(...Object.keys(all), script)(...Object.values(all));
  return behaviours;
}

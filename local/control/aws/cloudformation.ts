import { createHash } from 'node:crypto';
import { describe } from '../../json-value';
import type { ResolvedTemplate } from '../../resolved-template';
import type { AwsAccount } from '../ports';
import { pageOf } from './page';
import type { QueryParameters, QueryService } from './query-operation';
import { ServiceError } from './service-error';

/** Stacks. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const cloudFormation: QueryService = {
  namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: [
    { name: 'DescribeStacks', answer: describeStacks },
    { name: 'ListStackResources', answer: listStackResources },
  ],
};

function describeStacks(parameters: QueryParameters, account: AwsAccount) {
  const name = parameters.get('StackName');
  const stacks = name === null ? account.stacks : [stackOf(name, account)];
  const { items, next } = pageOf(stacks, {
    token: parameters.get('NextToken'),
    size: undefined,
    defaultSize: 100,
    errorCode: 'ValidationError',
  });
  return { Stacks: items.map((stack) => descriptionOf(stack, account)), NextToken: next };
}

function descriptionOf(stack: ResolvedTemplate, account: AwsAccount) {
  return {
    StackId: stackId(stack),
    StackName: stack.name,
    CreationTime: new Date(account.createdAt).toISOString(),
    StackStatus: 'CREATE_COMPLETE',
    DisableRollback: false,
    Outputs: Object.entries(stack.outputs).map(([key, value]) => ({ OutputKey: key, OutputValue: text(value) })),
  };
}

function listStackResources(parameters: QueryParameters, account: AwsAccount) {
  const stack = stackOf(parameters.get('StackName') ?? '', account);
  const { items, next } = pageOf(stack.resources, {
    token: parameters.get('NextToken'),
    size: undefined,
    defaultSize: 100,
    errorCode: 'ValidationError',
  });
  const summaries = items.map(({ logicalId, type, ref }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: type,
    LastUpdatedTimestamp: new Date(account.createdAt).toISOString(),
    ResourceStatus: 'CREATE_COMPLETE',
  }));
  return { StackResourceSummaries: summaries, NextToken: next };
}

function stackOf(nameOrId: string, account: AwsAccount): ResolvedTemplate {
  const found = account.stacks.find((stack) => stack.name === nameOrId || stackId(stack) === nameOrId);
  if (found === undefined) throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  return found;
}

function stackId({ name, partition, region, account }: ResolvedTemplate): string {
  const hash = createHash('sha256').update(`${region}/${account}/${name}`).digest('hex');
  const uuid = hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${uuid}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : describe(value);
}

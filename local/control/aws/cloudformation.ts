import { createHash } from 'node:crypto';
import { describe } from '../../json-value';
import type { ResolvedTemplate } from '../../resolved-template';
import type { AwsAccount } from '../ports';
import { listParameter, type QueryParameters, type QueryService, queryPage } from './query-operation';
import { ServiceError } from './service-error';

/** Stacks. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const cloudFormation: QueryService = {
  namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: [
    { name: 'DescribeStacks', answer: describeStacks },
    { name: 'ListStacks', answer: listStacks },
    { name: 'ListStackResources', answer: listStackResources },
    { name: 'DescribeStackResources', answer: describeStackResources },
    { name: 'DescribeStackResource', answer: describeStackResource },
  ],
};

/** What the embedded cloud runs is deployed; what cannot be is refused before it runs. */
const STATUS = 'CREATE_COMPLETE';
const PAGES = { errorCode: 'ValidationError' };
/** A call without token names all of them in one answer. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
const DESCRIBED_RESOURCES = 100;

function describeStacks(parameters: QueryParameters, account: AwsAccount) {
  const name = parameters.get('StackName');
  const stacks = name === null ? account.stacks : [stackOf(name, account)];
  const { items, next } = queryPage(stacks, parameters, PAGES);
  return { Stacks: items.map((stack) => descriptionOf(stack, account)), NextToken: next };
}

function descriptionOf(stack: ResolvedTemplate, account: AwsAccount) {
  return {
    StackId: stackId(stack),
    StackName: stack.name,
    Parameters: [],
    CreationTime: timeOf(account),
    RollbackConfiguration: {},
    StackStatus: STATUS,
    DisableRollback: false,
    NotificationARNs: [],
    Outputs: Object.entries(stack.outputs).map(([key, value]) => ({ OutputKey: key, OutputValue: text(value) })),
    Tags: [],
    EnableTerminationProtection: false,
  };
}

function listStacks(parameters: QueryParameters, account: AwsAccount) {
  const wanted = listParameter(parameters, 'StackStatusFilter');
  const stacks = wanted.length === 0 || wanted.includes(STATUS) ? account.stacks : [];
  const { items, next } = queryPage(stacks, parameters, PAGES);
  const summaries = items.map((stack) => ({
    StackId: stackId(stack),
    StackName: stack.name,
    CreationTime: timeOf(account),
    StackStatus: STATUS,
  }));
  return { StackSummaries: summaries, NextToken: next };
}

function listStackResources(parameters: QueryParameters, account: AwsAccount) {
  const stack = stackOf(parameters.get('StackName') ?? '', account);
  const { items, next } = queryPage(stack.resources, parameters, PAGES);
  const summaries = items.map(({ logicalId, type, ref }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: type,
    LastUpdatedTimestamp: timeOf(account),
    ResourceStatus: STATUS,
  }));
  return { StackResourceSummaries: summaries, NextToken: next };
}

function describeStackResources(parameters: QueryParameters, account: AwsAccount) {
  const physicalId = parameters.get('PhysicalResourceId');
  const logicalId = parameters.get('LogicalResourceId');
  const stack =
    physicalId === null ? stackOf(parameters.get('StackName') ?? '', account) : stackWith(physicalId, account);
  const wanted = stack.resources.filter((resource) => logicalId === null || resource.logicalId === logicalId);
  const described = wanted.slice(0, DESCRIBED_RESOURCES).map(({ logicalId: id, type, ref }) => ({
    StackName: stack.name,
    StackId: stackId(stack),
    LogicalResourceId: id,
    PhysicalResourceId: ref,
    ResourceType: type,
    Timestamp: timeOf(account),
    ResourceStatus: STATUS,
  }));
  return { StackResources: described };
}

function describeStackResource(parameters: QueryParameters, account: AwsAccount) {
  const stack = stackOf(parameters.get('StackName') ?? '', account);
  const logicalId = parameters.get('LogicalResourceId') ?? '';
  const resource = stack.resources.find((candidate) => candidate.logicalId === logicalId);
  if (resource === undefined) {
    throw new ServiceError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`);
  }
  return {
    StackResourceDetail: {
      StackName: stack.name,
      StackId: stackId(stack),
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.ref,
      ResourceType: resource.type,
      LastUpdatedTimestamp: timeOf(account),
      ResourceStatus: STATUS,
    },
  };
}

function stackWith(physicalId: string, { stacks }: AwsAccount): ResolvedTemplate {
  const found = stacks.find(({ resources }) => resources.some(({ ref }) => ref === physicalId));
  if (found === undefined) throw new ServiceError('ValidationError', `Stack for ${physicalId} does not exist`);
  return found;
}

function timeOf({ createdAt }: AwsAccount): string {
  return new Date(createdAt).toISOString();
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
const STACK_NAME = /^([a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*)$/;

function stackOf(nameOrId: string, account: AwsAccount): ResolvedTemplate {
  const found = account.stacks.find((stack) => stack.name === nameOrId || stackId(stack) === nameOrId);
  if (found !== undefined) return found;
  if (STACK_NAME.test(nameOrId)) throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value '${nameOrId}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${STACK_NAME.source.slice(2, -2)}`,
  );
}

function stackId({ name, partition, region, account }: ResolvedTemplate): string {
  const hash = createHash('sha256').update(`${region}/${account}/${name}`).digest('hex');
  const uuid = hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${uuid}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : describe(value);
}

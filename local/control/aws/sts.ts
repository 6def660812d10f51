import type { QueryService } from './query-operation';

/** Who calls. @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const sts: QueryService = {
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: [
    {
      name: 'GetCallerIdentity',
      answer: (_parameters, { partition, account, caller }) => ({
        Account: account,
        UserId: caller.userId,
        Arn: `arn:${partition}:iam::${account}:user/${caller.userName}`,
      }),
    },
  ],
};

import { LastwillError } from '../../../../presence/errors';
import { type Check, failedBy, ok } from '../../check';
import type { AwsPorts } from '../ports';

export const account: Check<AwsPorts> = {
  name: 'account',
  what: 'AWS can be called with the credentials and the region at hand',
  why: 'nothing else can be asked',
  run: async (ports) => {
    try {
      const { account: id, caller, region } = await ports.account();
      return ok(`account ${id} in ${region}, as ${caller}`);
    } catch (error) {
      if (error instanceof LastwillError) return failedBy(error);
      throw error;
    }
  },
};

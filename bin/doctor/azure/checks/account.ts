import { LastwillError } from '../../../../presence/errors';
import { type Check, failedBy, ok } from '../../check';
import type { AzurePorts } from '../ports';

export const account: Check<AzurePorts> = {
  name: 'account',
  what: 'Azure Resource Manager can be called with the login and the subscription at hand',
  why: 'nothing else can be asked',
  run: async (ports) => {
    try {
      await ports.namespace();
    } catch (error) {
      if (!(error instanceof LastwillError)) throw error;
      // Azure answered; what it answered is for the check of the namespace.
      if (error.code === 'CLOUD_CALL_FAILED') return failedBy(error);
    }
    return ok(`subscription ${ports.subscription}`);
  },
};

import { type AzureRule, at } from './azure-subject';

/** Everything is there to be proved. */
export const notProved: AzureRule = {
  id: 'lastwill:notProved',
  severity: 'warning',
  what: 'Clients, groups, topic spaces and bindings stand in the configuration itself, and are known before it is applied.',
  why: 'What stands in a module or is only known once deployed keeps other rules from being proved.',
  see: 'https://developer.hashicorp.com/terraform/language/syntax/json',
  check: (subject) => {
    const { gaps = [] } = subject.template;
    return gaps.length === 0 ? 'notApplicable' : gaps.map(({ logicalId, message }) => at(subject, logicalId, message));
  },
};

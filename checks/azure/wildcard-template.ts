import { hasWildcard } from '../../presence/topic';
import { namesTheClient } from '../../semantics/event-grid/topic-template';
import { type AzureRule, atBinding, publisherBindings, templatesOf } from './azure-subject';

/** Publishers are held to their own topics. */
export const wildcardTemplate: AzureRule = {
  id: 'lastwill:wildcardTemplate',
  severity: 'warning',
  what: 'Topic templates of Publisher bindings have no wildcards without a variable of the client.',
  why: 'One stolen key can then speak for every client.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces',
  check: (subject) => {
    const bindings = publisherBindings(subject);
    if (bindings.length === 0) return 'notApplicable';
    return templatesOf(bindings).flatMap(({ binding, template }) => {
      if (!hasWildcard(template.text) || namesTheClient(template) || template.text.includes('${client.')) return [];
      return [atBinding(subject, binding, `lets every client of its group publish on '${template.text}'`)];
    });
  },
};

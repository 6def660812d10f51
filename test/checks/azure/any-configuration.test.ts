import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkTerraform } from '../../../checks';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import { LastwillError } from '../../../presence/errors';
import { thumbprintOf } from '../../constructs/azure/synthesized';

const clientOf = (name: string) => ({ name, thumbprints: [thumbprintOf(name)] });
const read = (name: string): unknown => JSON.parse(readFileSync(`test/fixtures/${name}`, 'utf8'));

/** A plan, a configuration of somebody else, and one of ours with its wills. */
const CONFIGURATIONS: readonly unknown[] = [
  read('terraform-plan.json'),
  read('foreign-event-grid.tf.json'),
  synthesizeAzureLwtStack({ sensors: [clientOf('sensor1')], actuators: [clientOf('actuator1')] }).template,
];

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, '', '${', '${var.x}', '${azapi_resource.ns}', '$${', '__proto__'),
  fc.constantFrom<unknown>([], {}, [null], [[]], { '': null }, { '//': 1 }, { for_each: '${each.key}' }, 'a/b/c@'),
  fc.string({ maxLength: 8 }),
);

interface Change {
  /** Which of all the members is replaced. */
  readonly at: number;
  readonly by: unknown;
}

const changes = fc.array(
  fc.record<Change>({
    at: fc.nat(),
    by: junk,
  }),
  { minLength: 1, maxLength: 3 },
);

function changed(json: unknown, { at, by }: Change): unknown {
  const copy: unknown = JSON.parse(JSON.stringify({ json }));
  const places: [object, string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  const [parent, key] = places[at % places.length] ?? [{}, ''];
  (parent as Record<string, unknown>)[key] = by;
  return (copy as { readonly json: unknown }).json;
}

test.each(CONFIGURATIONS.map((configuration, index) => [index, configuration]))(
  'whatever is wrong in a configuration, it is checked or refused in words: %#',
  (_, configuration) => {
    const wills = [{ topic: 'pumps/{device}/gone', delaySeconds: 5 }];
    fc.assert(
      fc.property(changes, (some) => {
        const json = some.reduce(changed, configuration);
        try {
          checkTerraform({ name: 'main.tf.json', json }, { wills });
        } catch (error) {
          if (!(error instanceof LastwillError)) throw error;
        }
      }),
      { numRuns: 50 },
    );
  },
);

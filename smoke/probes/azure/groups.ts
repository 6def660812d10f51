import { wordingOf } from '../../mqtt/wording';
import { type AzureSite, PROBER } from '../../sites/azure-site';
import type { Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { named } from './client';
import { PAGES } from './pages';

const QUERIES = 'semantics/event-grid/group-query/evaluate.ts';
const TEMPLATES = 'semantics/event-grid/topic-template.ts';

/** What the documents leave open of queries and templates; needs the groups of the smoke test's own configuration. */
export const groupProbes: readonly Probe<AzureSite>[] = [
  {
    name: 'queries of client groups',
    question: "is a client with type 'Probe', floor 3 and tags ['a', 'b'] in the group of a query?",
    source: PAGES.groups,
    undocumented: {
      "type = 'probe'": QUERIES,
      "tags = 'b'": QUERIES,
      "absent != 'x'": QUERIES,
      "floor = '3'": QUERIES,
    },
    observe: (site) =>
      subscribing(site, {
        "type = 'probe'": 'probe/case',
        "tags = 'b'": 'probe/array',
        "absent != 'x'": 'probe/absent',
        "floor = '3'": 'probe/text',
      }),
  },
  {
    name: 'array in a topic template',
    question: "what does ${client.attributes.tags} stand for, where tags is ['a', 'b']?",
    source: PAGES.topicSpaces,
    undocumented: { 'the first element': TEMPLATES, 'the second element': TEMPLATES, 'both with a comma': TEMPLATES },
    observe: (site) =>
      subscribing(site, {
        'the first element': 'probe/tags/a',
        'the second element': 'probe/tags/b',
        'both with a comma': 'probe/tags/a,b',
      }),
  },
];

/** Which of the filters the prober may subscribe to, each in a SUBSCRIBE of its own. */
function subscribing(site: AzureSite, filters: Readonly<Record<string, string>>): Promise<Observations> {
  return Scene.play(site, async (scene) => {
    const prober = await scene.enter(site.as(PROBER), named(PROBER));
    const seen: Record<string, string> = {};
    for (const [observation, filter] of Object.entries(filters))
      seen[observation] = wordingOf(await prober.subscribe([filter]));
    return seen;
  });
}

import type { ResolvedTemplate } from '../../resolved-template';

/** The stacks of one app as one template. Of addresses that two have, the later gets its stack's name in front. */
export function joinStacks(stacks: readonly ResolvedTemplate[]): ResolvedTemplate {
  const [first] = stacks;
  if (first === undefined || stacks.length === 1) return first ?? EMPTY;
  const taken = new Set<string>();
  const renamed = stacks.map((stack) => {
    const nameOf = (logicalId: string): string => (taken.has(logicalId) ? `${stack.name}/${logicalId}` : logicalId);
    const resources = stack.resources.map((resource) => ({ ...resource, logicalId: nameOf(resource.logicalId) }));
    const gaps = (stack.gaps ?? []).map((gap) => ({ ...gap, logicalId: nameOf(gap.logicalId) }));
    for (const { logicalId } of stack.resources) taken.add(logicalId);
    return { ...stack, resources, gaps };
  });
  return {
    ...first,
    file: stacks.map(({ file, name }) => file ?? name).join(', '),
    resources: renamed.flatMap(({ resources }) => resources),
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)),
    warnings: stacks.flatMap(({ warnings }) => warnings),
    gaps: renamed.flatMap(({ gaps }) => gaps),
  };
}

const EMPTY: ResolvedTemplate = {
  name: 'template',
  resources: [],
  outputs: {},
  warnings: [],
  region: 'westus2',
  account: '',
  partition: 'azure',
};

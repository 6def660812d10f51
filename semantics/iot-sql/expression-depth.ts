import { childrenOf, type Expression } from './ast';

/** Long chains of operators make deep trees; a deeper one is refused, since a stack would overflow on it. */
export const MAXIMUM_TREE_DEPTH = 1_000;

/** The first expression inside these that lies deeper than {@link MAXIMUM_TREE_DEPTH}; walks without recursion. */
export function tooDeepIn(roots: readonly Expression[]): Expression | undefined {
  let level = roots;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAXIMUM_TREE_DEPTH) return level[0];
    level = level.flatMap(childrenOf);
  }
  return undefined;
}

import type { TopicMatching } from './topic';

interface Node<T> {
  /** Entries of filters that end here. */
  values: Set<T> | undefined;
  /** Entries of filters that end here with `#`. */
  hashValues: Set<T> | undefined;
  children: Map<string, Node<T>> | undefined;
  plus: Node<T> | undefined;
}

/**
 * Many topic filters, asked at once which of them match a topic. The cost of a look-up depends on the depth of the
 * topic, not on how many filters there are. Matches as {@link matchesTopic} does.
 */
export class TopicFilterTree<T> {
  readonly #root: Node<T> = newNode();
  readonly #hashMatchesParent: boolean;

  constructor(matching: TopicMatching = {}) {
    this.#hashMatchesParent = matching.hashMatchesParent ?? true;
  }

  /** Adds an entry under a well-formed filter; the same entry twice under one filter counts once. */
  add(filter: string, value: T): void {
    const levels = filter.split('/');
    const hash = levels[levels.length - 1] === '#';
    let node = this.#root;
    for (const level of hash ? levels.slice(0, -1) : levels) node = descend(node, level);
    if (hash) {
      node.hashValues ??= new Set();
      node.hashValues.add(value);
      return;
    }
    node.values ??= new Set();
    node.values.add(value);
  }

  /** Removes an entry; returns whether it was there. */
  remove(filter: string, value: T): boolean {
    return removeFrom(this.#root, filter.split('/'), 0, value);
  }

  /** Calls `visit` for every entry whose filter matches `topic`; an entry under two matching filters is visited twice. */
  forEachMatch(topic: string, visit: (value: T) => void): void {
    this.#walk(this.#root, topic.split('/'), 0, topic.charCodeAt(0) === DOLLAR, visit);
  }

  /** Every entry whose filter matches `topic`. */
  match(topic: string): T[] {
    const found: T[] = [];
    this.forEachMatch(topic, (value) => found.push(value));
    return found;
  }

  #walk(node: Node<T>, levels: readonly string[], depth: number, reserved: boolean, visit: (value: T) => void): void {
    const atEnd = depth === levels.length;
    const wildcardsApply = !(reserved && depth === 0);
    if (node.hashValues !== undefined && wildcardsApply && (!atEnd || this.#hashMatchesParent)) {
      for (const value of node.hashValues) visit(value);
    }
    if (atEnd) {
      if (node.values !== undefined) for (const value of node.values) visit(value);
      return;
    }
    const child = node.children?.get(levels[depth] as string);
    if (child !== undefined) this.#walk(child, levels, depth + 1, reserved, visit);
    if (node.plus !== undefined && wildcardsApply) this.#walk(node.plus, levels, depth + 1, reserved, visit);
  }
}

const DOLLAR = 36;

function newNode<T>(): Node<T> {
  return { values: undefined, hashValues: undefined, children: undefined, plus: undefined };
}

function descend<T>(node: Node<T>, level: string): Node<T> {
  if (level === '+') {
    node.plus ??= newNode();
    return node.plus;
  }
  node.children ??= new Map();
  let child = node.children.get(level);
  if (child === undefined) {
    child = newNode();
    node.children.set(level, child);
  }
  return child;
}

function removeFrom<T>(node: Node<T>, levels: readonly string[], depth: number, value: T): boolean {
  const level = levels[depth];
  if (level === undefined) return removeValue(node, 'values', value);
  if (level === '#') return removeValue(node, 'hashValues', value);
  const child = level === '+' ? node.plus : node.children?.get(level);
  if (child === undefined) return false;
  const removed = removeFrom(child, levels, depth + 1, value);
  if (removed && isEmpty(child)) {
    if (level === '+') node.plus = undefined;
    else node.children?.delete(level);
  }
  return removed;
}

function removeValue<T>(node: Node<T>, key: 'values' | 'hashValues', value: T): boolean {
  const removed = node[key]?.delete(value) ?? false;
  if (node[key]?.size === 0) node[key] = undefined;
  return removed;
}

function isEmpty<T>(node: Node<T>): boolean {
  return (
    node.values === undefined &&
    node.hashValues === undefined &&
    node.plus === undefined &&
    (node.children === undefined || node.children.size === 0)
  );
}

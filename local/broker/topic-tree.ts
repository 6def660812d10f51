interface Node<T> {
  value: T | undefined;
  readonly children: Map<string, Node<T>>;
}

const DOLLAR = 36;

/** Values by topic name, found by topic filter without looking at every topic: the counterpart of TopicFilterTree. */
export class TopicTree<T> {
  readonly #root: Node<T> = newNode();
  readonly #hashMatchesParent: boolean;
  #size = 0;

  constructor(options: { readonly hashMatchesParent: boolean }) {
    this.#hashMatchesParent = options.hashMatchesParent;
  }

  /** Topics with a value. */
  get size(): number {
    return this.#size;
  }

  get(topic: string): T | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const level of topic.split('/')) node = node?.children.get(level);
    return node?.value;
  }

  set(topic: string, value: T): void {
    let node = this.#root;
    for (const level of topic.split('/')) {
      let child = node.children.get(level);
      if (child === undefined) {
        child = newNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (node.value === undefined) this.#size++;
    node.value = value;
  }

  delete(topic: string): void {
    this.#delete(this.#root, topic.split('/'), 0);
  }

  /** The values of all topics that a well-formed filter matches. */
  match(filter: string): T[] {
    const found: T[] = [];
    this.#match(this.#root, filter.split('/'), 0, found);
    return found;
  }

  /** Every value. */
  all(): T[] {
    const found: T[] = [];
    collect(this.#root, found);
    return found;
  }

  #match(node: Node<T>, levels: readonly string[], depth: number, found: T[]): void {
    const level = levels[depth];
    if (level === undefined) {
      if (node.value !== undefined) found.push(node.value);
    } else if (level === '#') {
      if (depth > 0 && this.#hashMatchesParent && node.value !== undefined) found.push(node.value);
      for (const child of wildcardChildren(node, depth)) collect(child, found);
    } else if (level === '+') {
      for (const child of wildcardChildren(node, depth)) this.#match(child, levels, depth + 1, found);
    } else {
      const child = node.children.get(level);
      if (child !== undefined) this.#match(child, levels, depth + 1, found);
    }
  }

  /** Returns whether the node has become empty. */
  #delete(node: Node<T>, levels: readonly string[], depth: number): boolean {
    const level = levels[depth];
    if (level === undefined) {
      if (node.value !== undefined) this.#size--;
      node.value = undefined;
    } else {
      const child = node.children.get(level);
      if (child !== undefined && this.#delete(child, levels, depth + 1)) node.children.delete(level);
    }
    return node.value === undefined && node.children.size === 0;
  }
}

function newNode<T>(): Node<T> {
  return { value: undefined, children: new Map() };
}

/** The children that a wildcard stands for: on the first level not those that start with `$` [MQTT-4.7.2-1]. */
function wildcardChildren<T>(node: Node<T>, depth: number): Node<T>[] {
  if (depth > 0) return [...node.children.values()];
  return [...node.children].filter(([level]) => level.charCodeAt(0) !== DOLLAR).map(([, child]) => child);
}

function collect<T>(node: Node<T>, found: T[]): void {
  if (node.value !== undefined) found.push(node.value);
  for (const child of node.children.values()) collect(child, found);
}

import { Annotations, Aspects } from 'cdktf';
import type { IConstruct } from 'constructs';

const ACKNOWLEDGED = 'lastwill:acknowledged';

/** Something that is legal but risky. */
export interface Warning {
  /** Stable, e.g. `lastwill:sharedWillTopic`. */
  readonly id: string;
  /** What is risky, and what to do about it. */
  readonly message: string;
}

/**
 * Warnings of a construct. A warning whose id has been acknowledged on the construct, or on one around it, is not shown.
 *
 * @example
 * Warnings.of(stack).acknowledge('lastwill:sharedWillTopic', 'one lamp, one topic');
 */
export class Warnings {
  static of(scope: IConstruct): Warnings {
    return new Warnings(scope);
  }

  readonly #scope: IConstruct;

  private constructor(scope: IConstruct) {
    this.#scope = scope;
  }

  /** Warns when the stack is synthesized. */
  add(id: string, message: string): void {
    this.addAtSynthesis(() => [{ id, message }]);
  }

  /** Warns of what is only known once everything has been constructed. */
  addAtSynthesis(warnings: () => readonly Warning[]): void {
    const scope = this.#scope;
    let shown = false;
    Aspects.of(scope).add({
      visit(node: IConstruct): void {
        if (node !== scope || shown) return;
        shown = true;
        for (const warning of warnings()) annotate(scope, warning);
      },
    });
  }

  /** Stops a warning from being shown here and below. The reason is for whoever reads the code. */
  acknowledge(id: string, reason: string): void {
    this.#scope.node.addMetadata(ACKNOWLEDGED, { id, reason });
  }
}

function annotate(scope: IConstruct, { id, message }: Warning): void {
  const acknowledged = scope.node.scopes.some((around) =>
    around.node.metadata.some((entry) => entry.type === ACKNOWLEDGED && entry.data.id === id),
  );
  if (!acknowledged) Annotations.of(scope).addWarning(`${message} [ack: ${id}]`);
}

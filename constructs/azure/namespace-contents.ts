import type { ClientAttributes } from '../../semantics/event-grid/mqtt-client-identity';
import type { Binding, BoundGroup, BoundTopicSpace } from '../../semantics/event-grid/permission-bindings';
import type { Warning } from './warnings';

/** What a client will leave with the broker. */
export interface DeclaredWill {
  /** Topic name, or `undefined` when it is only known at deployment. */
  readonly topic: string | undefined;
}

/** A client, as far as it is known before deployment. */
export interface DeclaredClient {
  readonly path: string;
  readonly name: string;
  /** `undefined` when it is only known at deployment. */
  readonly authenticationName: string | undefined;
  /** `undefined` when one of them is only known at deployment. */
  readonly attributes: ClientAttributes | undefined;
  readonly enabled: boolean;
  readonly needsCaCertificate: boolean;
  /** Thumbprints by which it is known, as far as they are known before deployment. */
  readonly thumbprints: readonly string[];
  readonly wills: readonly DeclaredWill[];
}

/** A rule about the whole of a namespace that another construct adds. */
export type ContentsRule = (contents: NamespaceContents) => {
  readonly problems: readonly string[];
  readonly warnings: readonly Warning[];
};

/**
 * What one app declares in a namespace. Constructs enter themselves here; what only the whole can show, such as a will
 * that no binding allows, is checked on it at synthesis.
 */
export class NamespaceContents {
  readonly clients: DeclaredClient[] = [];
  readonly groups: BoundGroup[] = [];
  readonly topicSpaces: BoundTopicSpace[] = [];
  readonly bindings: Binding[] = [];
  readonly caCertificates: string[] = [];
  readonly rules: ContentsRule[] = [];
  /** Paths of the private endpoints by which it can be reached. */
  readonly privateEndpoints: string[] = [];
  /** `undefined` when the namespace is declared elsewhere. */
  readonly throughputUnits: number | undefined;
  /** True when other apps may declare clients, groups, spaces and bindings in the namespace too. */
  readonly partial: boolean;

  constructor(known: { readonly throughputUnits?: number; readonly partial: boolean }) {
    this.throughputUnits = known.throughputUnits;
    this.partial = known.partial;
  }
}

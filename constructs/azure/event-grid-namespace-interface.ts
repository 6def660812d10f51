import type { IConstruct } from 'constructs';
import type { NamespaceContents } from './namespace-contents';

/** An Event Grid namespace: new, or existing. */
export interface IEventGridNamespace extends IConstruct {
  /** ARM id, as a reference. */
  readonly namespaceId: string;
  /** What this app declares in the namespace; children enter themselves. */
  readonly contents: NamespaceContents;
  /** Seconds after which the namespace ends a session at the latest; `undefined` when it is not known here. */
  readonly maximumSessionExpirySeconds: number | undefined;
}

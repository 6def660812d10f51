import type { BoundTopicSpace } from '../../semantics/event-grid/permission-bindings';
import type { IEventGridNamespace } from './event-grid-namespace-interface';

/** A set of topics, described by templates, on which permissions are bound. */
export interface ITopicSpace {
  readonly namespace: IEventGridNamespace;
  /** Name, as a reference where the topic space is part of the app. */
  readonly topicSpaceName: string;
  /** What of the topic space is known before deployment. */
  readonly declared: BoundTopicSpace;
}

import { Construct } from 'constructs';
import { STATUS_TOPIC } from '../../presence/default-topics';
import { LastwillError, mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import {
  DEVICE_PLACEHOLDER,
  everyDeviceFilter,
  isPerDevice,
  type LwtOptions,
  lwtOptionProblems,
  type ResolvedLwtOptions,
  renderDevice,
  resolveLwtOptions,
} from '../../presence/lwt-options';
import { ClientGroup, type IClientGroup } from './client-group';
import type { ClientWill } from './client-will';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import type { SubjectFilter } from './event-subscription';
import type { IMqttClient, MqttClient } from './mqtt-client';
import type { DeclaredClient, NamespaceContents } from './namespace-contents';
import { NOTIFICATION_PATHS, type NotificationPath } from './notification-path';
import { integerProblems, refuse } from './property-checks';
import { isMember, judgePublish } from './publish-proof';
import { isUnresolved } from './terraform-text';
import { TopicSpace } from './topic-space';
import { Warnings } from './warnings';

/** Warning: a topic without `{device}`. */
export const SHARED_WILL_TOPIC_WARNING = 'lastwill:sharedWillTopic';
/** Warning: nobody is notified. */
export const NOBODY_NOTIFIED_WARNING = 'lastwill:nobodyNotified';

/** Properties of {@link LwtMonitor}. */
export interface LwtMonitorProps extends LwtOptions {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** The clients that leave wills. @default - every client; each may only leave its own will */
  readonly publishers?: IClientGroup;
  /** The clients that hear of wills. @default - none, so that only a notification path hears of them */
  readonly subscribers?: IClientGroup;
  /**
   * The clients with which people look at presence, as `lastwill watch azure --as CLIENT` does: they may subscribe to
   * wills and to `connectedTopic`, and nothing else.
   * @default - none
   */
  readonly watchers?: IClientGroup;
  /**
   * Topic of the will; `{device}` in it becomes `${client.authenticationName}`.
   * @default 'clients/{device}/status'
   */
  readonly willTopic?: string;
  /**
   * Seconds, up to the namespace's maximum, for which a device's session outlives its connection. The will is published
   * when the session ends, whatever is left of its delay.
   * @default - as long as the will delay
   */
  readonly sessionExpirySeconds?: number;
  /** How people or programs outside MQTT hear of a will. @default - they do not; routed messages cost money */
  readonly notificationPath?: NotificationPath;
  /** Names of the resources, 3 to 50 letters, digits and hyphens each. @default - made from the construct's path */
  readonly names?: LwtMonitorNames;
}

/** Names of the resources of an {@link LwtMonitor}. */
export interface LwtMonitorNames {
  /** Topic space on which devices publish. @default - made from the construct's path */
  readonly publishSpace?: string;
  /** Topic space to which subscribers subscribe. @default - made from the construct's path */
  readonly subscribeSpace?: string;
  /** Permission binding of the publishers. @default - made from the construct's path */
  readonly publishBinding?: string;
  /** Permission binding of the subscribers. @default - made from the construct's path */
  readonly subscribeBinding?: string;
  /** Permission binding of the watcher. @default - made from the construct's path */
  readonly watchBinding?: string;
}

/** What a device must be told to connect and leave its will. */
export interface DeviceSettings {
  /** MQTT username: the authentication name. */
  readonly username: string;
  /** MQTT client id: the name of the session. */
  readonly clientId: string;
  /** Topic of the will, with the device's name in it. */
  readonly willTopic: string;
  /** Quality of service of the will. */
  readonly willQos: 0 | 1;
  /** Whether the will is retained. */
  readonly willRetain: boolean;
  /** Will delay interval in seconds, MQTT 5. */
  readonly willDelaySeconds: number;
  /** Session expiry interval in seconds, MQTT 5: at least the delay, which ends with the session. */
  readonly sessionExpirySeconds: number;
}

/**
 * Last-will presence: who may leave a will, who hears of it, and the proof that the two fit.
 *
 * @example
 * new LwtMonitor(this, 'Lwt', { namespace, publishers: sensors, subscribers: actuators });
 */
export class LwtMonitor extends Construct {
  readonly options: ResolvedLwtOptions & { readonly willTopic: string };
  /** Topics on which devices publish, their own only. */
  readonly publishSpace: TopicSpace;
  /** Topics of all devices; `undefined` without subscribers and watchers. */
  readonly subscribeSpace: TopicSpace | undefined;
  /** Seconds for which a device's session outlives its connection. */
  readonly sessionExpirySeconds: number;

  readonly #publishers: IClientGroup;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: LwtMonitorProps) {
    super(scope, id);
    const willTopic = props.willTopic ?? STATUS_TOPIC;
    const context = { cloud: 'azure', isUnresolved } as const;
    this.sessionExpirySeconds = props.sessionExpirySeconds ?? props.willDelaySeconds ?? 0;
    refuse(this, [...lwtOptionProblems(props, context), ...this.#problems(props)]);
    this.options = { ...resolveLwtOptions(props, context), willTopic };
    this.#publishers = props.publishers ?? ClientGroup.everyClient(props.namespace);
    this.publishSpace = this.#createPublishSpace(props);
    this.subscribeSpace = this.#createSubscribeSpace(props);
    this.#addNotification(props);
    this.#addWarnings(props);
    props.namespace.contents.rules.push((contents) => ({ problems: this.#unpublishable(contents), warnings: [] }));
  }

  /** Declares the will of a client, so that it is proved at synthesis that the client may leave it. */
  addDevice(client: MqttClient): void {
    client.declareWill(this.#will);
  }

  /** What a device must be told to connect and leave its will. */
  settingsOf(client: IMqttClient): DeviceSettings {
    const { willTopic, willQos, willRetain, willDelaySeconds } = this.options;
    return {
      username: client.authenticationName,
      clientId: client.authenticationName,
      willTopic: renderDevice(willTopic, client.authenticationName),
      willQos,
      willRetain,
      willDelaySeconds,
      sessionExpirySeconds: this.sessionExpirySeconds,
    };
  }

  get #will(): ClientWill {
    const { willTopic: topic, willQos: qos, willRetain: retain, willDelaySeconds: delaySeconds } = this.options;
    return { topic, qos, retain, delaySeconds, sessionExpirySeconds: this.sessionExpirySeconds };
  }

  get #topics(): readonly string[] {
    const { willTopic, connectedTopic } = this.options;
    return connectedTopic === undefined ? [willTopic] : [...new Set([willTopic, connectedTopic])];
  }

  #problems(props: LwtMonitorProps): string[] {
    const limit = props.namespace.maximumSessionExpirySeconds ?? EVENT_GRID_LIMITS.maximumSessionExpiryHours * 3600;
    const { willDelaySeconds = 0, executedTopic, notify = [] } = props;
    const session = this.sessionExpirySeconds;
    const problems = integerProblems('sessionExpirySeconds', session, 0, limit);
    if (!isUnresolved([willDelaySeconds, session]) && willDelaySeconds > session) {
      const rule = `at most sessionExpirySeconds (${session}), because the will is published when the session ends`;
      problems.push(mustBe('willDelaySeconds', rule, willDelaySeconds));
    }
    if (executedTopic !== undefined) {
      const rule = 'left out on Azure, where nothing republishes a message into MQTT';
      problems.push(mustBe('executedTopic', rule, executedTopic));
    }
    if (notify.length > 0 && props.notificationPath === undefined) {
      problems.push(mustBe('notify', `given together with a notificationPath on Azure: ${NOTIFICATION_PATHS}`, notify));
    }
    return problems;
  }

  #createPublishSpace({ namespace, names = {} }: LwtMonitorProps): TopicSpace {
    const space = new TopicSpace(this, 'Publish', {
      namespace,
      topicSpaceName: names.publishSpace,
      topicTemplates: this.#topics.map((topic) => renderDevice(topic, '${client.authenticationName}')),
    });
    space.grantPublish(this.#publishers, { bindingName: names.publishBinding }).declareWill(this.#will);
    return space;
  }

  #createSubscribeSpace({ namespace, subscribers, watchers, names = {} }: LwtMonitorProps): TopicSpace | undefined {
    if (subscribers === undefined && watchers === undefined) return undefined;
    const space = new TopicSpace(this, 'Subscribe', {
      namespace,
      topicSpaceName: names.subscribeSpace,
      topicTemplates: [...new Set(this.#topics.map(everyDeviceFilter))],
    });
    if (subscribers !== undefined) space.grantSubscribe(subscribers, { bindingName: names.subscribeBinding });
    if (watchers !== undefined) space.grantSubscribe(watchers, { bindingName: names.watchBinding });
    return space;
  }

  #addNotification({ namespace, notificationPath, notify = [] }: LwtMonitorProps): void {
    if (notificationPath === undefined) return;
    const subject = subjectOf(this.options.willTopic);
    notificationPath.addTo(new Construct(this, 'Notification'), { namespace, subject, emailAddresses: notify });
  }

  #addWarnings({ subscribers, watchers, notificationPath }: LwtMonitorProps): void {
    const warnings = Warnings.of(this);
    for (const topic of this.#topics.filter((candidate) => !isUnresolved(candidate) && !isPerDevice(candidate))) {
      const message = `topic '${topic}' is shared: any device could report the death of another one. Put ${DEVICE_PLACEHOLDER} into it, or acknowledge this`;
      warnings.add(SHARED_WILL_TOPIC_WARNING, message);
    }
    if (subscribers === undefined && watchers === undefined && notificationPath === undefined) {
      const message = 'there are neither subscribers nor a notificationPath: nobody is told when a device dies';
      warnings.add(NOBODY_NOTIFIED_WARNING, message);
    }
  }

  // Every client that may be asked to leave a will here, not only those that were added.
  #unpublishable(contents: NamespaceContents): string[] {
    const devices = contents.clients.filter((client) => isMember(client, this.#publishers.declared) === true);
    return devices.flatMap((device) => this.#unpublishableBy(contents, device));
  }

  #unpublishableBy(contents: NamespaceContents, device: DeclaredClient): string[] {
    if (device.authenticationName === undefined || isUnresolved(this.options.willTopic)) return [];
    if (device.wills.length > 0) return [];
    const topic = renderDevice(this.options.willTopic, device.authenticationName);
    const verdict = judgePublish(contents, device, topic);
    if (verdict.kind !== 'denied') return [];
    const rule = 'covered by a topic template of a Publisher binding of the client';
    return [`client '${device.name}': will topic '${topic}' must be ${rule}, got none; ${verdict.nearest}`];
  }
}

/** The filter of an event subscription that comes nearest to a topic: what stands before and after the device. */
function subjectOf(topic: string): SubjectFilter {
  if (isUnresolved(topic))
    throw new LastwillError(
      'OPTION_INVALID',
      mustBe('willTopic', 'known at synthesis when there is a notificationPath', 'a token'),
    );
  return {
    beginsWith: topic.slice(0, isPerDevice(topic) ? topic.indexOf(DEVICE_PLACEHOLDER) : topic.length),
    endsWith: isPerDevice(topic)
      ? topic.slice(topic.lastIndexOf(DEVICE_PLACEHOLDER) + DEVICE_PLACEHOLDER.length)
      : topic,
  };
}

import { DEVICE_PLACEHOLDER, everyDeviceFilter, type LwtOptions, renderDevice } from './lwt-options';

/** The topics of the AWS stack that deploys as it is, without a name prefix. */
export const AWS_STACK_TOPICS = {
  willTopic: '/last/will/topic',
  connectedTopic: '/lwt/connected/topic',
  executedTopic: '/lwt/executed',
} as const satisfies LwtOptions;

/** Topic of the will where none is named: of `LwtMonitor` on both clouds, of the Azure stack and of new projects. */
export const STATUS_TOPIC = `clients/${DEVICE_PLACEHOLDER}/status`;

/** Matches {@link STATUS_TOPIC} of every client. */
export const STATUS_FILTER = everyDeviceFilter(STATUS_TOPIC);

/** {@link STATUS_TOPIC} of one client. */
export function statusTopicOf(client: string): string {
  return renderDevice(STATUS_TOPIC, client);
}

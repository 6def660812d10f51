import { expiry } from './expiry';
import { lamp } from './lamp';
import { lwt } from './lwt';
import { reasonCodes } from './reason-codes';
import { requestResponse } from './request-response';
import type { DeviceScenario } from './scenario';
import { actuator, sensor } from './sensors';
import { topicAlias } from './topic-alias';
import { userProperties } from './user-properties';

/** Every scenario that devices can play, by its name. */
export const DEVICE_SCENARIOS: readonly DeviceScenario[] = [
  requestResponse,
  userProperties,
  topicAlias,
  expiry,
  reasonCodes,
  lamp,
  lwt,
  sensor,
  actuator,
];

import { AWS_PROFILE } from './aws';
import { AZURE_PROFILE } from './azure';
import { MQTT_PROFILE } from './mqtt';
import type { Profile } from './profile';

/** Every profile by its name. */
export const PROFILES: Readonly<Record<Profile['name'], Profile>> = {
  mqtt: MQTT_PROFILE,
  aws: AWS_PROFILE,
  azure: AZURE_PROFILE,
};

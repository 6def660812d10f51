const GUIDE = 'https://docs.aws.amazon.com/iot/latest/developerguide';

/** The pages of AWS that the probes ask about. */
export const PAGES = {
  mqtt: `${GUIDE}/mqtt.html`,
  quotas: 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html',
  lifecycle: `${GUIDE}/life-cycle-events.html`,
  policies: `${GUIDE}/iot-policies.html`,
  retained: `${GUIDE}/mqtt.html#mqtt-retain`,
  reserved: `${GUIDE}/reserved-topics.html`,
  sns: `${GUIDE}/sns-rule-action.html`,
  republish: `${GUIDE}/republish-rule-action.html`,
  basicIngest: `${GUIDE}/iot-basic-ingest.html`,
  rule: `${GUIDE}/iot-create-rule.html`,
  select: `${GUIDE}/iot-sql-select.html`,
  from: `${GUIDE}/iot-sql-from.html`,
  operators: `${GUIDE}/iot-sql-operators.html`,
  functions: `${GUIDE}/iot-sql-functions.html`,
} as const;

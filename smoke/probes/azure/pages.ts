const EVENT_GRID = 'https://learn.microsoft.com/en-us/azure/event-grid';

/** The pages of Azure that the probes ask about. */
export const PAGES = {
  support: `${EVENT_GRID}/mqtt-support`,
  wills: `${EVENT_GRID}/mqtt-support#last-will-and-testament-lwt-messages`,
  authentication: `${EVENT_GRID}/mqtt-client-authentication`,
  sessions: `${EVENT_GRID}/mqtt-establishing-multiple-sessions-per-client`,
  groups: `${EVENT_GRID}/mqtt-client-groups`,
  topicSpaces: `${EVENT_GRID}/mqtt-topic-spaces`,
  access: `${EVENT_GRID}/mqtt-access-control`,
  errors: `${EVENT_GRID}/mqtt-troubleshoot-errors`,
  retain: `${EVENT_GRID}/mqtt-retain`,
  quotas: `${EVENT_GRID}/quotas-limits`,
  lifecycle: `${EVENT_GRID}/mqtt-client-life-cycle-events`,
} as const;

/** Quality of service (4.3). */
export type Qos = 0 | 1 | 2;

/** The lower of two: what a subscriber gets is bounded by its subscription and by the message. */
export function lowerQos(one: Qos, other: Qos): Qos {
  return Math.min(one, other) as Qos;
}

/** The higher of two: what overlapping subscriptions of one session add up to. */
export function higherQos(one: Qos, other: Qos): Qos {
  return Math.max(one, other) as Qos;
}

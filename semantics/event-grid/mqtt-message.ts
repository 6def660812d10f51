/** What routing sees of a published message. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly properties: {
    readonly payloadFormatIndicator?: boolean;
    readonly contentType?: string;
    readonly responseTopic?: string;
    readonly correlationData?: Buffer;
    /** In the order in which they were sent; a name may occur more than once. */
    readonly userProperties?: readonly (readonly [name: string, value: string])[];
  };
}

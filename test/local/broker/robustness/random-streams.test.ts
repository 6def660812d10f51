import fc from 'fast-check';
import type { IPublishPacket } from 'mqtt-packet';
import { generate, parser } from 'mqtt-packet';
import { Decoder } from '../../../../local/broker/codec/decoder';
import { type EncodablePacket, encodePacket } from '../../../../local/broker/codec/encoder';
import { FrameReader } from '../../../../local/broker/codec/frame-reader';
import { ProtocolViolation } from '../../../../local/broker/codec/protocol-violation';
import { encodePublish } from '../../../../local/broker/codec/publish-encoder';
import { brokerKit, settled } from '../broker-kit';

const RUNS = 300;

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\u0000'));
const topic = text.map((value) => `t${value.replace(/[+#]/g, '')}`);
const binary = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const userProperties = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 });
const properties = fc.record({ userProperties }, { requiredKeys: [] });
const messageId = fc.integer({ min: 1, max: 65_535 });
const qos = fc.constantFrom(0, 1, 2);

const subscription = fc.record({
  topic,
  qos,
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
  retainHandling: fc.constantFrom(0, 1, 2),
});
const will = fc.record({
  topic,
  payload: binary,
  qos,
  retain: fc.boolean(),
  properties: fc.record(
    { willDelayInterval: fc.integer({ min: 0, max: 0xffffffff }), userProperties },
    { requiredKeys: [] },
  ),
});

/** Any packet that a client may send, PUBLISH excepted. */
const packet: fc.Arbitrary<EncodablePacket> = fc.oneof(
  fc.record({
    cmd: fc.constant('connect' as const),
    protocolVersion: fc.constant(5),
    clean: fc.constant(true),
    keepalive: fc.integer({ min: 0, max: 65_535 }),
    clientId: text,
    username: text,
    password: binary,
    will,
    properties: fc.record(
      { sessionExpiryInterval: fc.integer({ min: 0, max: 0xffffffff }), receiveMaximum: messageId, userProperties },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    cmd: fc.constant('subscribe' as const),
    messageId,
    properties,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe' as const),
    messageId,
    properties,
    unsubscriptions: fc.array(topic, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    cmd: fc.constantFrom('puback' as const, 'pubrec' as const),
    messageId,
    reasonCode: fc.constantFrom(0, 0x10, 0x80, 0x97),
    properties,
  }),
  fc.record({
    cmd: fc.constantFrom('pubrel' as const, 'pubcomp' as const),
    messageId,
    reasonCode: fc.constantFrom(0, 0x92),
    properties,
  }),
  fc.constant({ cmd: 'pingreq' as const }),
  fc.record({ cmd: fc.constant('disconnect' as const), reasonCode: fc.constantFrom(0, 4, 0x80), properties }),
);

const publishBytes = fc
  .record({ topic, payload: binary, qos, retain: fc.boolean(), userProperties, messageId })
  .map(({ userProperties: pairs, messageId: identifier, ...rest }) => {
    const parts: Buffer[] = [];
    const encoded = encodePublish({ ...rest, properties: { userProperties: pairs } }, 5);
    encoded.writeTo((bytes) => parts.push(bytes), identifier, false);
    return Buffer.concat(parts);
  });
const packetBytes = fc.oneof(
  packet.map((value) => encodePacket(value, 5)),
  publishBytes,
);

/** Cuts bytes into chunks as a network might. */
function chunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let offset = 0;
  for (let index = 0; offset < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    parts.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return parts;
}

test('what is encoded is decoded as it was', () => {
  fc.assert(
    fc.property(packet, (value) => {
      expect(new Decoder().decode(encodePacket(value, 5), 5)).toEqual(value);
    }),
    { numRuns: RUNS },
  );
});

test('a PUBLISH of ours is read by mqtt-packet, and one of mqtt-packet’s by us', () => {
  fc.assert(
    fc.property(topic, binary, qos, messageId, (name, payload, level, identifier) => {
      const read: IPublishPacket[] = [];
      const reader = parser({ protocolVersion: 5 });
      reader.on('packet', (value) => read.push(value as IPublishPacket));
      encodePublish({ topic: name, payload, qos: level as 0 | 1 | 2, retain: true }, 5).writeTo(
        (bytes) => void reader.parse(bytes),
        identifier,
        false,
      );
      expect(read).toMatchObject([{ topic: name, payload, qos: level, retain: true }]);

      const theirs = { cmd: 'publish', topic: name, payload, qos: level, dup: false, retain: false } as IPublishPacket;
      const bytes = generate({ ...theirs, messageId: identifier }, { protocolVersion: 5 });
      expect(new Decoder().decode(bytes, 5)).toMatchObject({ topic: name, payload, qos: level });
    }),
    { numRuns: RUNS },
  );
});

test('packets come out of a stream whole and in order, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(packetBytes, { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (packets, sizes) => {
        const frames: Buffer[] = [];
        const reader = new FrameReader();
        for (const chunk of chunks(Buffer.concat(packets), sizes)) {
          reader.read(chunk, 100_000, (frame) => frames.push(Buffer.from(frame)));
        }
        expect(frames).toEqual(packets);
      },
    ),
    { numRuns: RUNS },
  );
});

test('any bytes decode to a packet or to a violation with a reason code, and the decoder goes on', () => {
  const decoder = new Decoder();
  fc.assert(
    fc.property(
      packetBytes,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      (bytes, edits) => {
        const mutated = Buffer.from(bytes);
        for (const [position, value] of edits) mutated[2 + (position % Math.max(1, mutated.length - 2))] = value;
        try {
          decoder.decode(mutated, 5);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
        expect(decoder.decode(Buffer.from([0xc0, 0]), 5)).toEqual({ cmd: 'pingreq' });
      },
    ),
    { numRuns: RUNS * 3 },
  );
});

test('random and mutated streams never crash the broker, never leave a connection behind, and others go on', async () => {
  const kit = brokerKit();
  const bystander = await kit.connect({ clientId: 'bystander' });
  const stream = fc.record({
    first: fc.boolean(),
    packets: fc.array(fc.oneof(packetBytes, binary), { maxLength: 6 }),
    edits: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    sizes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
  });

  await fc.assert(
    fc.asyncProperty(stream, async ({ first, packets, edits, sizes }) => {
      const client = kit.open();
      client.stream.removeAllListeners('data');
      client.stream.resume();
      if (first) client.sendConnect({ clientId: 'fuzz', will: { topic: 'will' } });
      const bytes = Buffer.concat(packets);
      for (const [position, value] of edits) if (bytes.length > 0) bytes[position % bytes.length] = value;
      for (const chunk of chunks(bytes, sizes)) client.stream.write(chunk);
      await settled();
      client.cut();
      await settled();

      expect(kit.broker.connections().map(({ clientId }) => clientId)).toEqual(['bystander']);
    }),
    { numRuns: 200 },
  );
  expect(kit.eventsOf('warning')).toEqual([]);
  await bystander.expectNothing();
});

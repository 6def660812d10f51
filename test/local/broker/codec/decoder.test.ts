import { generate, type Packet as WirePacket } from 'mqtt-packet';
import { Decoder } from '../../../../local/broker/codec/decoder';
import { encodePacket } from '../../../../local/broker/codec/encoder';
import { ProtocolViolation } from '../../../../local/broker/codec/protocol-violation';

function refusedWith(bytes: readonly number[] | Buffer, protocolVersion = 5): number {
  try {
    new Decoder().decode(Buffer.from(bytes), protocolVersion);
  } catch (error) {
    if (error instanceof ProtocolViolation) return error.reasonCode;
    throw error;
  }
  throw new Error('the packet was decoded');
}

const CONNECT_5 = [0, 4, ...Buffer.from('MQTT'), 5];
const framed = (type: number, ...body: readonly number[]): number[] => [type, body.length, ...body];

describe('the decoder puts right what mqtt-packet gets wrong:', () => {
  test('user properties keep their order across names, and one after an empty value is kept', () => {
    const userProperties = [
      ['b', ''],
      ['10', 'x'],
      ['a', '1'],
      ['b', '2'],
      ['9', 'y'],
      ['__proto__', 'z'],
    ] as const;

    const bytes = encodePacket({ cmd: 'disconnect', reasonCode: 0, properties: { userProperties } }, 5);

    expect(new Decoder().decode(bytes, 5)).toMatchObject({ properties: { userProperties } });
  });

  test('a packet after a broken one is read from its beginning', () => {
    const decoder = new Decoder();
    expect(() => decoder.decode(Buffer.from(framed(0x10, 0, 2, 0x68, 0x6a, 4, 2, 0, 0, 0, 0)), 5)).toThrow(
      ProtocolViolation,
    );

    expect(decoder.decode(Buffer.from([0xc0, 0]), 5)).toEqual({ cmd: 'pingreq' });
  });

  test('a packet that is cut off does not spoil the next one', () => {
    const decoder = new Decoder();
    expect(() => decoder.decode(Buffer.from([0x30, 9, 0, 1, 0x61, 0]), 5)).toThrow('does not have the length');

    expect(decoder.decode(Buffer.from([0xc0, 0]), 5)).toEqual({ cmd: 'pingreq' });
  });

  test('a length that reaches beyond the packet is malformed', () => {
    expect(refusedWith(framed(0x30, 0, 9, 0x61))).toBe(0x81);
  });

  test('properties that reach beyond the packet are malformed', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 9, 1, 1))).toBe(0x81);
  });

  test('a property value that reaches beyond the property block is malformed', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 3, 3, 0, 4, 1, 2, 3, 4))).toBe(0x81);
  });

  test('a property that does not belong in the packet is a protocol error', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 3, 33, 0, 1))).toBe(0x82);
  });

  test('a property that is sent twice is a protocol error, also when its first value is 0', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 4, 1, 0, 1, 1))).toBe(0x82);
  });

  test('a flag other than 0 and 1 is a protocol error', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 2, 1, 2))).toBe(0x82);
  });

  test('a property that does not exist is malformed', () => {
    expect(refusedWith(framed(0x30, 0, 1, 0x61, 2, 99, 2))).toBe(0x81);
  });

  test.each([
    ['an overlong form', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a null character', [0x61, 0x00]],
  ])('a topic with %s is malformed [MQTT-1.5.4-1], [MQTT-1.5.4-2]', (_name, text) => {
    expect(refusedWith(framed(0x30, 0, text.length, ...text, 0))).toBe(0x81);
  });

  test('a byte order mark is kept [MQTT-1.5.4-3]', () => {
    const packet = new Decoder().decode(Buffer.from(framed(0x30, 0, 4, 0xef, 0xbb, 0xbf, 0x61, 0)), 5);

    expect(packet).toMatchObject({ topic: '\ufeffa' });
  });

  test('bytes after the last field are malformed', () => {
    expect(refusedWith([0xc0, 1, 0])).toBe(0x81);
    expect(refusedWith(framed(0x10, ...CONNECT_5, 2, 0, 0, 0, 0, 1, 0x61, 7))).toBe(0x81);
  });

  test('a packet identifier of 0 is a protocol error, one that is cut off is malformed [MQTT-2.2.1-3]', () => {
    expect(refusedWith(framed(0x82, 0, 0, 0, 0, 1, 0x61, 0))).toBe(0x82);
    expect(refusedWith(framed(0x40, 1))).toBe(0x81);
  });

  test('a subscribe and an unsubscribe without a topic filter are protocol errors [MQTT-3.8.3-2], [MQTT-3.10.3-2]', () => {
    expect(refusedWith(framed(0x82, 0, 1, 0))).toBe(0x82);
    expect(refusedWith(framed(0xa2, 0, 1, 0))).toBe(0x82);
  });

  test('will QoS 3 is malformed [MQTT-3.1.2-12]', () => {
    expect(refusedWith(framed(0x10, ...CONNECT_5, 0x1e, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0x62, 0, 0))).toBe(0x81);
  });

  test('DUP at QoS 0 is malformed [MQTT-3.3.1-2]', () => {
    expect(refusedWith(framed(0x38, 0, 1, 0x61, 0))).toBe(0x81);
  });

  test('a password without a user name is malformed in 3.1.1 and fine in 5', () => {
    const connect = (version: number, ...properties: number[]) =>
      framed(0x10, 0, 4, ...Buffer.from('MQTT'), version, 0x42, 0, 0, ...properties, 0, 1, 0x61, 0, 1, 0x70);

    expect(refusedWith(connect(4), 4)).toBe(0x81);
    expect(new Decoder().decode(Buffer.from(connect(5, 0)), 5)).toMatchObject({ password: Buffer.from('p') });
  });

  test('AUTH and DISCONNECT without reason code mean success (3.15.2.1, 3.14.2.1)', () => {
    expect(new Decoder().decode(Buffer.from([0xf0, 0]), 5)).toEqual({ cmd: 'auth', reasonCode: 0, properties: {} });
    expect(new Decoder().decode(Buffer.from([0xe0, 0]), 5)).toMatchObject({ cmd: 'disconnect', reasonCode: 0 });
    expect(new Decoder().decode(Buffer.from([0xe0, 1, 4]), 5)).toMatchObject({ cmd: 'disconnect', reasonCode: 4 });
  });

  test('MQTT 3.1, unknown versions and bridges are an unsupported version', () => {
    const connect = (name: string, version: number) =>
      framed(0x10, 0, name.length, ...Buffer.from(name), version, 2, 0, 0, 0, 1, 0x61);

    expect(refusedWith(connect('MQIsdp', 3))).toBe(0x84);
    expect(refusedWith(connect('MQTT', 6))).toBe(0x84);
    expect(refusedWith(connect('MQTT', 0x84))).toBe(0x84);
    expect(refusedWith(connect('XXXX', 4))).toBe(0x84);
  });
});

test.each([
  { cmd: 'suback', messageId: 7, granted: [0, 1, 0x87] },
  { cmd: 'unsuback', messageId: 7, granted: [0, 0x11] },
  { cmd: 'puback', messageId: 7, reasonCode: 0x87, properties: { reasonString: 'no' } },
  { cmd: 'pubrel', messageId: 7, reasonCode: 0x92 },
  { cmd: 'connack', sessionPresent: true, reasonCode: 0, properties: { serverKeepAlive: 30 } },
] as WirePacket[])('reads what mqtt-packet writes: %j', (packet) => {
  const bytes = generate(packet, { protocolVersion: 5 });

  expect(new Decoder().decode(bytes, 5)).toMatchObject({ ...packet });
});

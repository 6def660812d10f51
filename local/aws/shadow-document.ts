import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, own } from '../json-value';

/** What a shadow holds. Metadata mirrors the state, with the time of its last change in seconds at every leaf. */
export interface ShadowDocument {
  readonly state: ShadowSections;
  readonly metadata: ShadowSections;
  /** Grows with every update. */
  readonly version: number;
}

/** The two halves of a shadow; an empty one is absent. */
interface ShadowSections {
  readonly desired?: JsonObject;
  readonly reported?: JsonObject;
}

/** A request that the Device Shadow service refuses. @see https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-error-messages.html */
export interface ShadowError {
  readonly code: 400 | 404 | 409 | 413;
  readonly message: string;
}

/** An update as a client asks for it. */
export interface ShadowUpdate {
  readonly state: Readonly<{ desired?: JsonObject | null; reported?: JsonObject | null }>;
  readonly version?: number;
  readonly clientToken?: string;
}

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const LIMITS = { stateBytes: 8_192, nesting: 6, clientTokenBytes: 64 };

const SECTIONS = ['desired', 'reported'] as const;

/** Reads an update, or says why it is refused. */
export function parseShadowUpdate(payload: Buffer): ShadowUpdate | ShadowError {
  const json = parseJson(payload);
  if (!isJsonObject(json)) return badRequest('Invalid JSON');
  const state = own(json, 'state');
  if (state === undefined) return badRequest('Missing required node: state');
  if (!isJsonObject(state)) return badRequest('State node must be an object');
  for (const section of SECTIONS) {
    const value = own(state, section) ?? {};
    if (!isJsonObject(value))
      return badRequest(`${section === 'desired' ? 'Desired' : 'Reported'} node must be an object`);
    if (nesting(value) > LIMITS.nesting) {
      return badRequest(`JSON contains too many levels of nesting; maximum is ${LIMITS.nesting}`);
    }
  }
  if (Object.keys(state).some((key) => key !== 'desired' && key !== 'reported')) {
    return badRequest('State contains an invalid node');
  }
  const version = own(json, 'version');
  if (version !== undefined && !Number.isInteger(version)) return badRequest('Invalid version');
  const clientToken = own(json, 'clientToken');
  if (clientToken !== undefined && !isClientToken(clientToken)) return badRequest('Invalid clientToken');
  return { state, version, clientToken } as ShadowUpdate;
}

/** The client token of a request, when it has a valid one; responses repeat it. */
export function clientTokenOf(payload: Buffer): string | undefined {
  const json = parseJson(payload);
  const token = isJsonObject(json) ? own(json, 'clientToken') : undefined;
  return isClientToken(token) ? token : undefined;
}

/**
 * A shadow after an update: objects are merged, `null` takes a key away, everything else replaces.
 * @param before absent when there is no shadow yet
 * @param nextVersion the version that the update makes
 * @param seconds now, since 1970
 */
export function updateShadow(
  before: ShadowDocument | undefined,
  update: ShadowUpdate,
  nextVersion: number,
  seconds: number,
): ShadowDocument | ShadowError {
  if (update.version !== undefined && before !== undefined && update.version !== before.version) {
    return { code: 409, message: 'Version conflict' };
  }
  const changes = metadataOfUpdate(update, seconds);
  const state = mergeSections(before?.state ?? {}, update.state);
  if (Buffer.byteLength(JSON.stringify(state)) > LIMITS.stateBytes) {
    return { code: 413, message: 'The payload exceeds the maximum size allowed' };
  }
  return { state, metadata: mergeSections(before?.metadata ?? {}, changes), version: nextVersion };
}

/** The time of every leaf of an update, in the shape of its state. */
export function metadataOfUpdate(
  { state }: ShadowUpdate,
  seconds: number,
): { desired?: JsonObject | null; reported?: JsonObject | null } {
  return mapValues(state, (section) => (isJsonObject(section) ? (stamp(section, seconds) as JsonObject) : null));
}

/** What is desired and not, or not so, reported, with its metadata; `undefined` when nothing is. */
export function shadowDelta(
  document: ShadowDocument,
): { readonly state: JsonObject; readonly metadata: JsonObject } | undefined {
  const { state, metadata } = document;
  if (state.desired === undefined) return undefined;
  const delta = difference(state.desired, state.reported ?? {});
  if (Object.keys(delta).length === 0) return undefined;
  return { state: delta, metadata: select(metadata.desired ?? {}, delta) };
}

function mergeSections(
  before: ShadowSections,
  changes: { readonly desired?: JsonObject | null; readonly reported?: JsonObject | null },
): ShadowSections {
  const merged = merge({ ...before }, { ...changes });
  return Object.fromEntries(Object.entries(merged).filter(([, section]) => Object.keys(Object(section)).length > 0));
}

function merge(before: JsonObject, changes: JsonObject): JsonObject {
  const merged = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(changes)) {
    const old = merged.get(key);
    if (value === null) merged.delete(key);
    else if (isJsonObject(value)) merged.set(key, merge(isJsonObject(old) ? old : {}, value));
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function stamp(value: unknown, seconds: number): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => stamp(item ?? 0, seconds));
  return isJsonObject(value) ? mapValues(value, (item) => stamp(item, seconds)) : { timestamp: seconds };
}

function difference(desired: JsonObject, reported: JsonObject): JsonObject {
  const different = Object.entries(desired).flatMap(([key, value]): [string, unknown][] => {
    const other = own(reported, key);
    if (isDeepStrictEqual(value, other)) return [];
    if (!isJsonObject(value) || !isJsonObject(other)) return [[key, value]];
    const inner = difference(value, other);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(different);
}

// The part of the metadata that belongs to a part of the state.
function select(metadata: JsonObject, state: JsonObject): JsonObject {
  const selected = Object.entries(state).map(([key, value]): [string, unknown] => {
    const found = own(metadata, key);
    return [key, isJsonObject(value) && isJsonObject(found) ? select(found, value) : found];
  });
  return Object.fromEntries(selected);
}

function mapValues<T>(object: Readonly<Record<string, unknown>>, map: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function nesting(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(nesting));
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isClientToken(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) <= LIMITS.clientTokenBytes;
}

function badRequest(message: string): ShadowError {
  return { code: 400, message };
}

import { isJsonObject, type JsonObject } from '../json-value';
import type { ResolvedResource } from '../resolved-template';
import type { TemplateResources } from './template-resources';

/** Why DynamoDB would refuse an item, in its own words. */
export class DynamoDbProblem extends Error {}

interface KeyAttribute {
  readonly name: string;
  /** `S` text, `N` number, `B` bytes. */
  readonly type: string;
}

/**
 * A DynamoDB table of the templates, kept in memory for a test to read. Items are plain JSON: what DynamoDB would keep
 * as `S`, `N`, `BOOL`, `NULL`, `L` and `M`.
 */
export class EmbeddedTable {
  readonly name: string;
  readonly arn: string;
  readonly #keys: readonly KeyAttribute[];
  readonly #items = new Map<string, JsonObject>();

  constructor({ ref, attributes, properties }: ResolvedResource) {
    this.name = ref;
    this.arn = attributes.Arn ?? '';
    const types = new Map(
      objects(properties.AttributeDefinitions).map((one) => [one.AttributeName, String(one.AttributeType)]),
    );
    this.#keys = objects(properties.KeySchema).map(({ AttributeName: name }) => ({
      name: String(name),
      type: types.get(name) ?? 'S',
    }));
  }

  /** Every item, in the order in which their keys were first put. */
  get items(): readonly JsonObject[] {
    return [...this.#items.values()];
  }

  /**
   * Puts an item, in the place of one with the same key.
   * @throws DynamoDbProblem when a key attribute is missing, empty or of the wrong type.
   */
  put(item: JsonObject): void {
    this.#items.set(this.keyOf(item), item);
  }

  /** The item with these key attributes. @throws DynamoDbProblem as {@link put}. */
  get(key: JsonObject): JsonObject | undefined {
    return this.#items.get(this.keyOf(key));
  }

  /** The identity of an item within the table. @throws DynamoDbProblem as {@link put}. */
  keyOf(item: JsonObject): string {
    const values = this.#keys.map((key) => keyValue(key, Object.hasOwn(item, key.name) ? item[key.name] : undefined));
    return JSON.stringify(values);
  }
}

/** The DynamoDB tables of the templates, by name. */
export function dynamoDbTables(resources: TemplateResources): ReadonlyMap<string, EmbeddedTable> {
  const tables = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable']
    .flatMap((type) => resources.ofType(type))
    .map((resource) => new EmbeddedTable(resource));
  return new Map(tables.map((table) => [table.name, table]));
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
function keyValue({ name, type }: KeyAttribute, value: unknown): unknown {
  if (value === undefined) {
    throw new DynamoDbProblem(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  }
  const actual = typeof value === 'string' ? 'S' : typeof value === 'number' ? 'N' : attributeType(value);
  if (actual !== type && !(type === 'B' && actual === 'S')) {
    throw new DynamoDbProblem(
      `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${actual}`,
    );
  }
  if (value !== '') return value;
  throw new DynamoDbProblem(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
  );
}

function attributeType(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return 'BOOL';
  return Array.isArray(value) ? 'L' : 'M';
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

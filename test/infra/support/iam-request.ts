import type { LocalTable } from '../../../local/model.ts';
import type { RequestContext } from './iam-condition.ts';

/** One request of the DynamoDB API, as it goes over the wire. */
export interface ApiCall {
  /** Such as `TransactWriteItems`. */
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs differ by operation.
  readonly input: any;
}

/** What IAM is asked about a request: a call that is many things at once must be allowed each of them. */
export interface IamRequest {
  readonly action: string;
  /** The ARN of a table, or of one of its indexes. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** What a call does to one table. */
interface Part {
  readonly verb: string;
  readonly table: string;
  readonly index?: string | undefined;
  /** Keys and items. */
  readonly items: readonly Readonly<Record<string, { readonly S?: string }>>[];
  /** What the expressions and their names and values are in. */
  readonly said: ApiCall['input'];
}

const one =
  (verb: string, items: (input: ApiCall['input']) => Part['items']) =>
  (input: ApiCall['input']): Part[] => [{ verb, table: input.TableName, items: items(input), said: input }];

const keyed = (verb: string) => one(verb, ({ Key }) => [Key]);
const put = one('PutItem', ({ Item }) => [Item]);

const TRANSACTED: Readonly<Record<string, (input: ApiCall['input']) => Part[]>> = {
  Put: put,
  Update: keyed('UpdateItem'),
  Delete: keyed('DeleteItem'),
  ConditionCheck: keyed('ConditionCheckItem'),
  Get: keyed('GetItem'),
};

const transaction = ({ TransactItems }: ApiCall['input']): Part[] =>
  (TransactItems as Record<string, unknown>[]).flatMap((item) =>
    Object.entries(item).flatMap(([kind, input]) => named(TRANSACTED, kind)(input)),
  );

const ofTables = (input: ApiCall['input'], part: (table: string, said: ApiCall['input']) => Part): Part[] =>
  Object.entries(input.RequestItems).map(([table, said]) => part(table, said));

/**
 * What each operation is to IAM: transactions are allowed by the rights to what is in them.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const OPERATIONS: Readonly<Record<string, (input: ApiCall['input']) => Part[]>> = {
  GetItem: keyed('GetItem'),
  PutItem: put,
  UpdateItem: keyed('UpdateItem'),
  DeleteItem: keyed('DeleteItem'),
  Query: (input) => one('Query', () => [])(input).map((part) => ({ ...part, index: input.IndexName })),
  Scan: (input) => one('Scan', () => [])(input).map((part) => ({ ...part, index: input.IndexName })),
  BatchGetItem: (input) => ofTables(input, (table, said) => ({ verb: 'BatchGetItem', table, items: said.Keys, said })),
  BatchWriteItem: (input) =>
    ofTables(input, (table, said) => ({
      verb: 'BatchWriteItem',
      table,
      items: said.flatMap((write: ApiCall['input']) => write.PutRequest?.Item ?? write.DeleteRequest?.Key),
      said: {},
    })),
  TransactWriteItems: transaction,
  TransactGetItems: transaction,
};

function named<Value>(table: Readonly<Record<string, Value>>, name: string): Value {
  const value = table[name];
  if (!value) throw new Error(`${name} is unknown to this test; known are ${Object.keys(table).join(', ')}`);
  return value;
}

/** Words of expressions that are no attributes; functions are told by their parenthesis. */
const WORDS = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
/** A value, a function, or a path, of which the first step is the attribute. */
const TOKEN = /:\w+|(#?\w+)(?:\.#?\w+|\[\d+\])*(\s*\()?/g;

/** The attributes that expressions name. */
function attributesIn(said: ApiCall['input']): string[] {
  const { ExpressionAttributeNames: names = {} } = said;
  const texts = ['UpdateExpression', 'ConditionExpression', 'ProjectionExpression'].map((name) => said[name] ?? '');
  return [...texts.join(' , ').matchAll(TOKEN)].flatMap(([, name, call]) => {
    const isAttribute = name !== undefined && call === undefined && !WORDS.has(name.toUpperCase());
    return isAttribute ? (names[name] ?? name) : [];
  });
}

/** The partition that a query asks about: its key is compared by `=`, at the beginning or after `AND`. */
function queried({ KeyConditionExpression = '', ExpressionAttributeNames: names = {}, ...said }: ApiCall['input']) {
  return Object.fromEntries(
    [...KeyConditionExpression.matchAll(/(#?\w+) = (:\w+)/g)].map(([, name, value]) => [
      names[name] ?? name,
      said.ExpressionAttributeValues[value],
    ]),
  );
}

/** The attribute that a table is partitioned by, or an index of it. */
function partitionKey(tables: readonly LocalTable[], { table, index }: Part): string {
  const { keySchema, globalSecondaryIndexes } = tables.find(({ name }) => name === table) ?? {};
  const ofIndex = globalSecondaryIndexes?.find(({ IndexName }) => IndexName === index)?.KeySchema;
  const schema = index === undefined ? keySchema : (ofIndex as LocalTable['keySchema'] | undefined);
  const key = schema?.find(({ KeyType }) => KeyType === 'HASH');
  if (!key) throw new Error(`there is no ${[table, index].filter(Boolean).join(' with the index ')}`);
  return key.AttributeName;
}

/** What IAM is asked about a call, in the order of its parts. */
export function iamRequests(
  { operation, input }: ApiCall,
  tables: readonly LocalTable[],
  arnOf: (table: string) => string,
): IamRequest[] {
  return named(
    OPERATIONS,
    operation,
  )(input).map((part) => {
    const { verb, table, index, items, said } = part;
    const partition = partitionKey(tables, part);
    const addressed = verb === 'Query' ? [queried(said)] : items;
    const attributes = new Set([...addressed.flatMap(Object.keys), ...attributesIn(said)]);
    return {
      action: `dynamodb:${verb}`,
      resource: arnOf(table) + (index === undefined ? '' : `/index/${index}`),
      context: {
        ...(addressed.length > 0 && { 'dynamodb:LeadingKeys': addressed.map((item) => item[partition]?.S ?? '') }),
        ...(attributes.size > 0 && { 'dynamodb:Attributes': [...attributes] }),
      },
    };
  });
}

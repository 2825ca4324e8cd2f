import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createAdapterFactory } from 'better-auth/adapters';

// better-auth has no adapter for DynamoDB. This one is as favourable to it as it can be: one table for each model; an
// API key's id is its hash, so that finding it is one consistent read, with no index to write; guarded counters are one
// conditional update each. What would need a scan is refused.

const COMPARISONS = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** Names and values of expressions, made as they are needed. */
function placeholders() {
  const ExpressionAttributeNames = {};
  const ExpressionAttributeValues = {};
  let count = 0;
  const name = (field) => {
    ExpressionAttributeNames[`#${field}`] = field;
    return `#${field}`;
  };
  const value = (given) => {
    const placeholder = `:${count++}`;
    ExpressionAttributeValues[placeholder] = given;
    return placeholder;
  };
  return { name, value, ExpressionAttributeNames, ExpressionAttributeValues };
}

/** The primary key that a where clause selects, and the rest of it, which must hold of the item. */
function select(model, where) {
  const isKey = ({ field, operator = 'eq' }) =>
    operator === 'eq' && (field === 'id' || (model === 'apikey' && field === 'key'));
  const key = where.find(isKey);
  if (!key)
    throw new Error(`${model} is found by its id alone, given ${JSON.stringify(where.map(({ field }) => field))}`);
  return { id: key.value, guards: where.filter((clause) => clause !== key) };
}

const isRefused = (error) => error.name === 'ConditionalCheckFailedException';

export const dynamoDbAdapter = (client, tableOf) =>
  createAdapterFactory({
    config: {
      adapterId: 'dynamodb',
      adapterName: 'DynamoDB',
      supportsDates: false,
      supportsNumericIds: false,
      disableIdGeneration: true,
    },
    adapter: () => {
      async function change(model, where, { set = {}, increment = {} }) {
        const { id, guards } = select(model, where);
        const { name, value, ...expressions } = placeholders();
        const sets = Object.entries(set).map(([field, given]) => `${name(field)} = ${value(given)}`);
        const adds = Object.entries(increment).map(([field, delta]) => `${name(field)} ${value(delta)}`);
        const conditions = guards.map(
          ({ field, operator = 'eq', value: given }) => `${name(field)} ${COMPARISONS[operator]} ${value(given)}`,
        );
        try {
          const { Attributes } = await client.send(
            new UpdateCommand({
              TableName: tableOf(model),
              Key: { id },
              UpdateExpression: [sets.length && `SET ${sets.join(', ')}`, adds.length && `ADD ${adds.join(', ')}`]
                .filter(Boolean)
                .join(' '),
              ConditionExpression: [`attribute_exists(${name('id')})`, ...conditions].join(' AND '),
              ...expressions,
              ReturnValues: 'ALL_NEW',
            }),
          );
          return Attributes;
        } catch (error) {
          if (isRefused(error)) return null;
          throw error;
        }
      }

      const findOne = async ({ model, where }) => {
        const { id, guards } = select(model, where);
        if (guards.length > 0) throw new Error(`${model} is found by its id alone`);
        const { Item } = await client.send(
          new GetCommand({ TableName: tableOf(model), Key: { id }, ConsistentRead: true }),
        );
        return Item ?? null;
      };
      const refuse = (what) => async () => {
        throw new Error(`${what} would be a scan`);
      };

      return {
        create: async ({ model, data }) => {
          const Item = { ...data, id: model === 'apikey' ? data.key : randomUUID() };
          await client.send(new PutCommand({ TableName: tableOf(model), Item }));
          return Item;
        },
        findOne,
        update: ({ model, where, update }) => change(model, where, { set: update }),
        updateMany: async ({ model, where, update }) => ((await change(model, where, { set: update })) ? 1 : 0),
        incrementOne: ({ model, where, increment, set }) => change(model, where, { increment, set }),
        delete: async ({ model, where }) => {
          await client.send(new DeleteCommand({ TableName: tableOf(model), Key: { id: select(model, where).id } }));
        },
        // It asks for this as it makes keys, to remove expired ones: there are none.
        deleteMany: async () => 0,
        findMany: refuse('findMany'),
        count: refuse('count'),
      };
    },
  });

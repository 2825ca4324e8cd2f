/** One operation, ready to be shown. */
export interface Described {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly parts: readonly { readonly title: string; readonly text: string }[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema?: Schema;
    description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

const DEEPEST = 6;

/** A schema as people write types. */
function shapeOf(schema: Schema | undefined, document: Document, depth = 0): string {
  if (!schema) return 'unknown';
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return shapeOf(document.components?.schemas?.[name], document, depth);
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map((one) => shapeOf(one, document, depth)).join(' | ');
  if (schema.items) return `${shapeOf(schema.items, document, depth)}[]`;
  if (!schema.properties || depth > DEEPEST) return [schema.type ?? 'unknown'].flat().join(' | ');
  const indent = '  '.repeat(depth + 1);
  const lines = Object.entries(schema.properties).map(([name, inner]) => {
    const mark = schema.required?.includes(name) ? '' : '?';
    const note = inner.description ? `  // ${inner.description}` : '';
    return `${indent}${name}${mark}: ${shapeOf(inner, document, depth + 1)}${note}`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

const isSuccess = (status: string): boolean => status.startsWith('2');

function partsOf(operation: Operation, document: Document): Described['parts'] {
  const { parameters = [], requestBody, responses } = operation;
  const body = requestBody && Object.values(requestBody.content)[0]?.schema;
  const success = Object.entries(responses).find(([status]) => isSuccess(status));
  const answer = success && Object.values(success[1].content ?? {})[0]?.schema;
  const refusals = Object.keys(responses).filter((status) => !isSuccess(status));
  return [
    ...(parameters.length > 0
      ? [
          {
            title: 'Parameters',
            text: parameters
              .map(({ name, in: place, required, schema, description }) => {
                const note = description ?? schema?.description;
                return `${name}${required ? '' : '?'} (${place}): ${shapeOf(schema, document)}${note ? `  // ${note}` : ''}`;
              })
              .join('\n'),
          },
        ]
      : []),
    ...(body ? [{ title: 'Body', text: shapeOf(body, document) }] : []),
    ...(success ? [{ title: `Answer ${success[0]}`, text: shapeOf(answer, document) }] : []),
    ...(refusals.length > 0 ? [{ title: 'Refusals', text: refusals.join(', ') }] : []),
  ];
}

const groupOf = (path: string): string => {
  const [, , kind = '', inner = ''] = path.split('/');
  if (kind === 'user') return inner.charAt(0).toUpperCase() + inner.slice(1);
  return { admin: 'Admin', billing: 'Billing', keys: 'Verify' }[kind] ?? 'Service';
};

/** The operations of an OpenAPI document, by what they are about. */
export function operationsOf(given: unknown): [group: string, operations: Described[]][] {
  const document = given as Document;
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      summary: operation.summary ?? '',
      parts: partsOf(operation, document),
    })),
  );
  return [...Map.groupBy(all, ({ path }) => groupOf(path))];
}

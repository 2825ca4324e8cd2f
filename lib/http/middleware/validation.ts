import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { fieldErrors } from '../field-errors.ts';
import { readJsonBody } from '../json-body.ts';
import type { Operation } from '../operation.ts';
import { type FieldError, invalidRequest } from '../problem.ts';

/** The parts of a request, in the order in which their errors are listed. A body's fields are named without a prefix. */
const PARTS = [
  { part: 'params', root: 'path', read: (event: APIGatewayProxyEventV2) => event.pathParameters ?? {} },
  { part: 'query', root: 'query', read: (event: APIGatewayProxyEventV2) => event.queryStringParameters ?? {} },
  { part: 'headers', root: 'headers', read: (event: APIGatewayProxyEventV2) => event.headers },
  { part: 'body', root: '', read: readJsonBody },
] as const;

const NOTHING = z.strictObject({});

/** Query and body of an operation that names none hold nothing: what nobody reads would seem to have been heeded. */
function schemaOf(operation: Operation, part: (typeof PARTS)[number]['part']): z.ZodObject | undefined {
  if (part === 'query' || (part === 'body' && !operation.readsBody)) return operation[part] ?? NOTHING;
  return operation[part];
}

/** Where every field has a default, a body may be left out. */
const isAbsent = ({ body }: APIGatewayProxyEventV2): boolean => body === undefined || body === '';

/**
 * Validates every part of a request by the operation's schemas, and gives the outcome to `keep`.
 *
 * @throws Problem that lists every failing field of every part.
 */
export const validation = (
  operation: Operation,
  keep: (event: APIGatewayProxyEventV2, input: Record<string, unknown>) => void,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  before: ({ event }) => {
    const input: Record<string, unknown> = {};
    const errors: FieldError[] = [];
    for (const { part, root, read } of PARTS) {
      const schema = schemaOf(operation, part);
      const value = part === 'body' && isAbsent(event) && schema?.safeParse({}).success ? {} : undefined;
      const result = schema?.safeParse(value ?? read(event), { reportInput: true });
      if (result && !result.success) errors.push(...fieldErrors(result.error, root));
      input[part] = result?.data ?? {};
    }
    if (errors.length > 0) throw invalidRequest(errors);
    keep(event, input);
  },
});

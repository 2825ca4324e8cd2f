import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import document from '../../../docs/openapi.json' with { type: 'json' };
import type { Answer } from './http.ts';

interface DescribedResponse {
  readonly content: Readonly<Record<string, object>>;
  /** Those with a reference may be absent. */
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly $ref?: string }>>;
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, { readonly responses: Record<string, DescribedResponse> }>>>
>;

const isSchema = (value: object): boolean => 'properties' in value && !('additionalProperties' in value);

/** The document with no room in its objects: clients must expect further fields, but what is answered is to be told of. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (value === null || typeof value !== 'object') return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, it]) => [name, closed(it)]));
  return isSchema(value) ? { ...inner, additionalProperties: false } : inner;
}

// Formats are what zod writes beside a pattern, and the pattern is what is judged.
const options = { strict: false, allErrors: true, validateFormats: false } as const;
const bodies = new Ajv2020(options);
/** Every value of a header is text. */
const values = new Ajv2020({ ...options, coerceTypes: true });
for (const ajv of [bodies, values]) ajv.addSchema(closed(document) as object, 'openapi');

const pointer = (...steps: string[]): string =>
  `openapi#/${steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

const PATHS = Object.entries(document.paths as unknown as Paths).map(([path, methods]) => ({
  path,
  methods,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

function operationOf(target: string) {
  const [url = '', method = 'GET'] = target.split(' ').reverse();
  const pathname = url.replace(/\?.*$/, '');
  const found = PATHS.find(({ pattern }) => pattern.test(pathname));
  const described = found?.methods[method.toLowerCase()];
  return found && described && { steps: ['paths', found.path, method.toLowerCase(), 'responses'], ...described };
}

function faults(ajv: Ajv2020, schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(schema) as ValidateFunction | undefined;
  if (!validate) throw new Error(`docs/openapi.json has no ${schema}`);
  return validate(value)
    ? []
    : (validate.errors ?? []).map((it) => `${it.instancePath} ${it.message} ${JSON.stringify(it.params)}`);
}

/** Headers that mean something to clients of this contract: an answer has none that is not described for it. */
const MEANT = [...Object.keys(document.components.headers), 'ETag'];

function headerFaults({ headers: described = {} }: DescribedResponse, steps: readonly string[], headers: Headers) {
  const strays = MEANT.filter((name) => headers.has(name) && !(name in described));
  const wrong = Object.entries(described).flatMap(([name, { required = false, $ref }]) => {
    const value = headers.get(name);
    if (value === null) return required ? [`${name} is missing`] : [];
    const schema = $ref ? $ref.replace('#', 'openapi#') : pointer(...steps, 'headers', name);
    return faults(values, `${schema}/schema`, value).map((fault) => `${name}${fault}`);
  });
  return [...strays.map((name) => `${name} is not described`), ...wrong];
}

/**
 * Makes sure that an answer of an operation is one that `docs/openapi.json` tells of: its status, its media type, its
 * headers, and its body with no field beside those described. Of other requests it says nothing.
 *
 * @param target `METHOD /path`, or the path of a GET.
 */
export function expectDocumented(target: string, { status, headers, text }: Answer): void {
  const operation = operationOf(target);
  if (!operation) return;
  const name = String(status) in operation.responses ? String(status) : 'default';
  const type = headers.get('content-type')?.replace(/;.*$/, '') ?? 'none';
  const response = operation.responses[name] as DescribedResponse;
  const steps = [...operation.steps, name];
  const told = [
    ...headerFaults(response, steps, headers),
    ...(type in response.content
      ? faults(bodies, pointer(...steps, 'content', type, 'schema'), JSON.parse(text))
      : [`its media type is ${type}`]),
  ];
  if (told.length > 0) throw new Error(`${target} → ${status} is not as documented (${name}): ${told.join('; ')}`);
}

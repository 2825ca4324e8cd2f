/** One resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** How references to resources and pseudo parameters are answered. */
export interface References {
  /** `{ Ref }` to a resource or to a pseudo parameter such as `AWS::Region`. */
  ref(name: string): string;
  /** `{ Fn::GetAtt: [resource, attribute] }`. */
  attribute(resource: string, attribute: string): string;
  /** `{ Fn::ImportValue }`; absent where nothing is imported. */
  imported?(name: string): string;
}

type Intrinsic = (argument: unknown, references: References) => unknown;

const text = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`expected text in an intrinsic function, found ${JSON.stringify(value)}`);
};

const pair = (argument: unknown): [string, unknown] => {
  if (Array.isArray(argument) && argument.length === 2) return [text(argument[0]), argument[1]];
  throw new Error(`expected two arguments of an intrinsic function, found ${JSON.stringify(argument)}`);
};

function substitute(argument: unknown, references: References): string {
  if (typeof argument !== 'string') throw new Error('Fn::Sub is played with one string only');
  return argument.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const [resource = '', attribute] = name.split('.');
    return attribute === undefined ? references.ref(resource) : references.attribute(resource, attribute);
  });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, references) => references.ref(text(argument)),
  'Fn::GetAtt': (argument, references) => {
    const [resource, attribute] = pair(argument);
    return references.attribute(resource, text(attribute));
  },
  'Fn::Join': (argument, references) => {
    const [separator, parts] = pair(argument);
    return (resolve(parts, references) as unknown[]).map(text).join(separator);
  },
  'Fn::Sub': substitute,
  'Fn::ImportValue': (argument, references) => {
    if (!references.imported) throw new Error(`the template imports ${text(argument)}, and nothing is exported to it`);
    return references.imported(text(argument));
  },
  'Fn::Select': (argument, references) => {
    const [index, list] = pair(argument);
    return (resolve(list, references) as unknown[])[Number(index)];
  },
  'Fn::Split': (argument, references) => {
    const [separator, whole] = pair(argument);
    return text(resolve(whole, references)).split(separator);
  },
};

/**
 * Resolves every intrinsic function in a value of a template.
 *
 * @throws Error that names a function which is not played here.
 */
export function resolve(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new Error(`the template uses ${name}; played here are ${Object.keys(INTRINSICS).join(', ')}`);
    return intrinsic(argument, references);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, references)]));
}

import * as z from 'zod';

/** One key of the configuration, as docs/configuration.md lists it. */
export interface ConfigKey {
  readonly path: string;
  readonly type: string;
  /** undefined: the key has no default. */
  readonly default: unknown;
  readonly required: boolean;
  /** A valid value; the default where the schema names no other. */
  readonly example: unknown;
}

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly example?: unknown;
}

/** Every leaf of a schema, in the schema's order. */
export function configKeys(schema: z.ZodType): readonly ConfigKey[] {
  return leaves(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, '', true);
}

/** One line per problem: key path, what is wrong, an example. */
export function explain(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[path, key].filter(Boolean).join('.')}: unknown key`).join('; ');
  }
  const keys = configKeys(schema);
  const inside = keys.filter((key) => key.path === path || path.startsWith(`${key.path}.`));
  const below = keys.filter((key) => key.required && key.path.startsWith(`${path}.`));
  const examples = (inside.length > 0 ? inside : below).map((key) =>
    key.path === path ? JSON.stringify(key.example) : `${key.path} = ${JSON.stringify(key.example)}`,
  );
  const problem = issue.message.replace(/^Invalid input: /, '');
  return `${path}: ${problem}${examples.length > 0 ? `; for example ${examples.join(', ')}` : ''}`;
}

function leaves(schema: JsonSchema, path: string, required: boolean): ConfigKey[] {
  if (schema.properties === undefined) {
    return [
      {
        path,
        type: typeName(schema),
        default: schema.default,
        required,
        example: schema.example ?? schema.default,
      },
    ];
  }
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    leaves(
      property,
      path === '' ? name : `${path}.${name}`,
      required && (schema.required?.includes(name) ?? false),
    ),
  );
}

function typeName(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(', ')}`;
  if (schema.type === 'array') return `list: ${typeName(schema.items ?? {})}`;
  if (schema.type === 'object') {
    const values = schema.additionalProperties;
    return `map: string to ${typeof values === 'object' ? typeName(values) : 'anything'}`;
  }
  if (schema.type === 'integer') return `integer${range(schema)}`;
  return schema.type ?? 'anything';
}

function range({ minimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const upper = exclusiveMaximum === undefined ? maximum : exclusiveMaximum - 1;
  const bounded = upper !== undefined && upper < Number.MAX_SAFE_INTEGER;
  return bounded ? ` ${minimum}-${upper}` : ` >= ${minimum}`;
}

import type { z } from 'zod';
import { configSchema } from './schema.ts';

/** A field of the configuration and the variables it is read from. */
interface ConfigField {
  readonly path: readonly string[];
  readonly variables: readonly string[];
  readonly fileVariable: string | undefined;
  readonly kind: 'text' | 'number' | 'boolean' | 'list' | 'numbers' | 'structure';
}

/** What the environment says: values by path, and which variable each came from. */
export interface EnvironmentOverlay {
  readonly values: readonly {
    readonly path: readonly string[];
    readonly value: unknown;
    readonly variable: string;
  }[];
  readonly mistakes: readonly {
    readonly variable: string;
    readonly message: string;
    /** Of the field that was meant, as far as one can tell. */
    readonly path: readonly string[];
  }[];
  /** Those that secrets were to be read from. */
  readonly files: readonly string[];
}

const PREFIX = 'LLM_INTENT_';
/** Variables with the prefix that are no fields: they say which files are read. */
const RESERVED = new Set(['LLM_INTENT_CONFIG', 'LLM_INTENT_PROFILE']);
/** What Kubernetes tells every pod about a Service named llm-intent: `LLM_INTENT_PORT=tcp://10.0.0.7:8005`. */
const OF_KUBERNETES = /^LLM_INTENT_(SERVICE_(HOST|PORT)|PORT)(_|$)/;

type Schema = z.core.$ZodType;
type Definition = { type: string; innerType?: Schema; shape?: Record<string, Schema>; element?: Schema };

/** Every field of the configuration, in the schema's order. */
const configFields: readonly ConfigField[] = fieldsOf(configSchema, []);

/** Paths of the fields that may come from a file of their own, because they are secrets. */
export const secretFields: readonly (readonly string[])[] = configFields
  .filter(({ fileVariable }) => fileVariable !== undefined)
  .map(({ path }) => path);

function fieldsOf(schema: Schema, path: readonly string[]): ConfigField[] {
  const { shape } = unwrap(schema);
  if (shape) {
    return Object.entries(shape).flatMap(([name, field]) => fieldsOf(field, [...path, name]));
  }
  const meta = (schema as z.ZodType).meta();
  const long = PREFIX + path.join('__').toUpperCase();
  return [
    {
      path,
      variables: meta?.env === undefined ? [long] : [meta.env, long],
      fileVariable: meta?.envFile,
      kind: kindOf(unwrap(schema)),
    },
  ];
}

/** Looks through defaults and optionals. */
function unwrap(schema: Schema): Definition {
  const definition = schema._zod.def as Definition;
  return definition.innerType ? unwrap(definition.innerType) : definition;
}

function kindOf({ type, element }: Definition): ConfigField['kind'] {
  if (type === 'number' || type === 'boolean') return type;
  if (type !== 'array') return 'text';
  const { type: each } = element ? unwrap(element) : { type: 'string' };
  if (each === 'object') return 'structure';
  return each === 'number' ? 'numbers' : 'list';
}

/**
 * Reads the fields that the environment sets. An empty variable counts as not set, which is how Docker Compose
 * passes one on that nobody filled in. The long name wins over the short one.
 *
 * @param readFile for the variables that name a file with a secret
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): EnvironmentOverlay {
  const values: { path: readonly string[]; value: unknown; variable: string }[] = [];
  const mistakes: { variable: string; message: string; path: readonly string[] }[] = [];
  const files: string[] = [];

  for (const field of configFields) {
    for (const variable of field.variables) {
      const text = environment[variable];
      if (text) values.push({ path: field.path, value: coerce(text, field.kind), variable });
    }
    const { fileVariable } = field;
    const file = fileVariable && environment[fileVariable];
    if (!fileVariable || !file) continue;
    files.push(file);
    try {
      values.push({
        path: field.path,
        value: coerce(readFile(file).trim(), field.kind),
        variable: fileVariable,
      });
    } catch {
      const message = `cannot read the file ${file}`;
      mistakes.push({ variable: fileVariable, message, path: field.path });
    }
  }

  const known = new Set(configFields.flatMap(({ variables }) => variables));
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(PREFIX) || known.has(variable)) continue;
    if (RESERVED.has(variable) || OF_KUBERNETES.test(variable)) continue;
    mistakes.push({
      variable,
      message: 'there is no such field; expected LLM_INTENT_ and a field, such as LLM_INTENT_HTTP__PORT',
      path: variable.slice(PREFIX.length).toLowerCase().split('__'),
    });
  }
  return { values, mistakes, files };
}

/** What cannot be turned into the field's kind stays text, for the schema to say what it expected. */
function coerce(text: string, kind: ConfigField['kind']): unknown {
  switch (kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[text.trim().toLowerCase()] ?? text;
    case 'list':
      return listed(text);
    case 'numbers':
      return listed(text).map((item) => coerce(item, 'number'));
    case 'structure':
      return parseJson(text);
    case 'text':
      return text;
  }
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

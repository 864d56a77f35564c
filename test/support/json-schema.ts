import fc from 'fast-check';
import { z } from 'zod';

/** As far as the descriptions of routes use it. */
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** What is not as it is described, by its place; none of it where all is, and nothing is there that is not described. */
export function departures(value: unknown, schema: JsonSchema): string[] {
  const { error } = z
    .fromJSONSchema(closed(schema) as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(value);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

/** The same without room for fields that it does not name. */
function closed({
  properties,
  items,
  anyOf,
  additionalProperties: others,
  ...schema
}: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, closed(field)] as const),
      ),
    }),
    ...(typeof others === 'object' && { additionalProperties: closed(others) }),
    ...(properties && others === undefined && { additionalProperties: false }),
  };
}

/** Any value that fits, as far as the schema tells. */
export function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return fittingText(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1000, 1e6) });
    case 'boolean':
      return fc.boolean();
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, fitting(field)]);
      const required = { requiredKeys: schema.required ?? [] } as { requiredKeys: never[] };
      return fc.record(Object.fromEntries(fields), required);
    }
    default:
      return fc.jsonValue();
  }
}

function fittingText({ format, minLength = 0, maxLength = 300, pattern }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri') return fc.webUrl();
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length <= maxLength);
    } catch {
      // It knows no classes of Unicode.
    }
  }
  const unit = fc.constantFrom('grapheme' as const, 'binary' as const);
  return unit.chain((kind) => fc.string({ unit: kind, minLength, maxLength }));
}

/** A value that fits, with something about it changed, taken away or added; or something else altogether. */
export function nearlyFitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {});
  const changed = fc
    .tuple(fitting(schema), fc.constantFrom(...names, 'extra', '__proto__'), fc.option(fc.jsonValue()))
    .map(([value, name, other]) => {
      if (typeof value !== 'object' || value === null) return other;
      const { [name]: _, ...others } = value as Record<string, unknown>;
      return other === null ? others : { ...others, [name]: other };
    });
  return fc.oneof(changed, fc.jsonValue());
}

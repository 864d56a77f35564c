import type { z } from 'zod';
import { Problem } from './problem.ts';

/** What was sent, as the schema has it. @throws Problem 422 that names each field and what was expected of it */
export function checked<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.output<Schema> {
  const result = schema.safeParse(sent);
  if (!result.success) throw new Problem(422, complaintsOf(result.error));
  return result.data;
}

function complaintsOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}

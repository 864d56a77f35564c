import { z } from 'zod';
import type { Action } from '../intent/recognition.ts';

const slot = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** An action as it lies in Redis. What a newer release adds to it is kept. */
export const storedAction = z
  .looseObject({ intent: z.string().min(1), entities: z.record(z.string(), slot), at: z.string().optional() })
  // A field that is absent was never written as undefined: the shapes are the same.
  .transform((action) => action as Action);

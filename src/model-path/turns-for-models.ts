import type { PastTurn, Turn } from '../intent/turn.ts';

/** A turn as a model is told about it. */
export function turnForModels({ said, actions, query, at }: PastTurn): Turn {
  const understood = query ? [...actions, query] : actions;
  const written = understood.map(({ intent, entities }) => `${intent} ${JSON.stringify(entities)}`);
  return { said, understood: written.join('; '), at };
}

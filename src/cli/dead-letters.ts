import { Mistake } from '../intent/mistake.ts';
import type { Tools } from '../tools.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { printable } from './printable.ts';
import { withTools } from './remote.ts';

/** Shows the newest dead letters. */
export async function listDeadLetters(
  { limit, json = false }: { limit: number; json?: boolean },
  context: CommandContext,
): Promise<void> {
  const { output } = context;
  await withTools(context, async ({ deadLetters }) => {
    const letters = await deadLetters.list(limit);
    for (const { id, fields } of letters) {
      if (json) output.write(`${JSON.stringify({ id, ...fields })}\n`);
      else {
        const { failed_at: failedAt, reason, attempts, error, payload } = fields;
        const heading = `${id}  ${failedAt}  ${reason}  ${attempts} failed  ${error}`;
        output.write(`${printable(heading)}\n  ${printable(payload ?? '')}\n`);
      }
    }
    if (letters.length === 0 && !json) context.errors.write('there are no dead letters\n');
  });
}

/** Which dead letters are meant: some, or all that are there. */
export interface MeantLetters {
  readonly ids: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Puts dead letters back onto the stream they came from, the oldest first where all are meant. */
export async function replayDeadLetters(meant: MeantLetters, context: CommandContext): Promise<void> {
  await forEach(meant, context, {
    past: 'replayed',
    async act(id, { replay }) {
      const replayed = await replay(id);
      if (replayed === undefined) return undefined;
      return { text: `${id} replayed as ${replayed}`, fields: { id, replayed_as: replayed } };
    },
  });
}

/** Throws dead letters away. */
export async function dropDeadLetters(meant: MeantLetters, context: CommandContext): Promise<void> {
  await forEach(meant, context, {
    past: 'dropped',
    act: async (id, { drop }) =>
      (await drop(id)) ? { text: `${id} dropped`, fields: { id, dropped: true } } : undefined,
  });
}

/** What was done with a letter; undefined for one that is not there. */
type Done = { readonly text: string; readonly fields: object } | undefined;

async function forEach(
  { ids, all = false, json = false }: MeantLetters,
  context: CommandContext,
  { past, act }: { readonly past: string; act(id: string, letters: Tools['deadLetters']): Promise<Done> },
): Promise<void> {
  const { output, errors, signal } = context;
  if (all === ids.length > 0) {
    throw new CommandError('name dead letters by their ids, as listed, or all of them by --all', EXIT.usage);
  }
  await withTools(context, async ({ deadLetters }) => {
    let count = 0;
    let left = 0;
    for await (const id of all ? deadLetters.ids() : ids) {
      signal.throwIfAborted();
      try {
        const done = await act(id, deadLetters);
        if (done) {
          output.write(`${json ? JSON.stringify(done.fields) : done.text}\n`);
          count += 1;
        } else if (!all) throw noSuchLetter(id);
      } catch (error) {
        // One that cannot be replayed is no reason to leave the others.
        if (!(all && error instanceof Mistake)) throw error;
        errors.write(`${printable(error.message)}\n`);
        left += 1;
      }
    }
    if (all) errors.write(count + left === 0 ? 'there are no dead letters\n' : `${count} ${past}\n`);
    if (left > 0) throw new CommandError(`${left} dead letters stay where they are`, EXIT.failed);
  });
}

function noSuchLetter(id: string): CommandError {
  return new CommandError(`there is no dead letter ${id}; see: llm-intent dead-letters list`, EXIT.failed);
}

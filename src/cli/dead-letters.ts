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

/** Puts dead letters back onto the stream they came from. */
export async function replayDeadLetters(
  ids: readonly string[],
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  await withTools(context, async ({ deadLetters }) => {
    for (const id of ids) {
      const replayed = await deadLetters.replay(id);
      if (replayed === undefined) throw noSuchLetter(id);
      const told = json ? JSON.stringify({ id, replayed_as: replayed }) : `${id} replayed as ${replayed}`;
      context.output.write(`${told}\n`);
    }
  });
}

/** Throws dead letters away. */
export async function dropDeadLetters(
  ids: readonly string[],
  { json = false }: { json?: boolean },
  context: CommandContext,
): Promise<void> {
  await withTools(context, async ({ deadLetters }) => {
    for (const id of ids) {
      if (!(await deadLetters.drop(id))) throw noSuchLetter(id);
      context.output.write(`${json ? JSON.stringify({ id, dropped: true }) : `${id} dropped`}\n`);
    }
  });
}

function noSuchLetter(id: string): CommandError {
  return new CommandError(`there is no dead letter ${id}; see: llm-intent dead-letters list`, EXIT.failed);
}

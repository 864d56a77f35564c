import { randomUUID } from 'node:crypto';
import { traceFields } from '../intent/carried-trace.ts';
import { parseTraceparent } from '../intent/trace-parent.ts';
import { answerHeading, answerLine } from './answer-line.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { withTools } from './remote.ts';

export interface SendOptions {
  readonly room?: string;
  readonly user?: string;
  readonly language?: string;
  readonly json?: boolean;
  /** Seconds to wait for each answer. */
  readonly timeout: number;
}

/**
 * Sends sentences through the streams of a running service and shows what comes back. They go on in the trace that is in
 * the environment, as tools that wrap commands in spans put it there.
 */
export async function send(
  texts: readonly string[],
  options: SendOptions,
  context: CommandContext,
): Promise<void> {
  const { room, user, language, json = false, timeout } = options;
  const { output } = context;
  const colours = output.isTTY === true;
  const { TRACEPARENT: traceparent = '', TRACESTATE: tracestate } = context.environment;
  const caller = parseTraceparent(traceparent, tracestate);
  if (texts.some((text) => text.trim() === '')) {
    throw new CommandError(
      'there is nothing to send: a sentence is blank, and blank ones get no answer',
      EXIT.usage,
    );
  }
  await withTools(context, async (tools) => {
    if (!json) output.write(`${answerHeading(colours)}\n`);
    for (const transcript of texts) {
      const fields = {
        transcript,
        frame_id: `cli-${randomUUID()}`,
        ...(room !== undefined && { room }),
        ...(user !== undefined && { user }),
        ...(language !== undefined && { language }),
        ...(caller && traceFields(caller)),
      };
      const ended = AbortSignal.any([context.signal, AbortSignal.timeout(timeout * 1000)]);
      const reply = await tools.send(fields, ended).catch((error: unknown) => {
        if (!context.signal.aborted) throw error;
        throw new CommandError('stopped before the answer came; it may still be published', EXIT.failed);
      });
      if (reply.kind === 'dead-letter') {
        throw new CommandError(`it became a dead letter (${reply.reason}): ${reply.error}`, EXIT.failed);
      }
      output.write(`${json ? JSON.stringify(reply.output) : answerLine(reply.output, colours)}\n`);
    }
  });
}

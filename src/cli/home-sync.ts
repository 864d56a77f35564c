import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { type HomeProposal, type HomeSync, openHomeSync } from '../home-sync.ts';
import { type CommandContext, CommandError, EXIT, isInterruption } from './command-context.ts';
import { lineDiff } from './line-diff.ts';
import { printable } from './printable.ts';
import { requireHomeAssistant } from './require-home-assistant.ts';

export interface HomeSyncOptions {
  /** Shows what would change, and changes nothing. */
  readonly dryRun?: boolean;
  /** Changes it without asking. */
  readonly yes?: boolean;
  /** Goes on doing so whenever something changes in Home Assistant. */
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Brings home.yaml up to what Home Assistant has, showing first what that changes. */
export async function syncHome(options: HomeSyncOptions, context: CommandContext): Promise<void> {
  const { signal, errors } = context;
  const config = await loadConfig(context.environment);
  const address = requireHomeAssistant(config);
  try {
    const sync = await openHomeSync(config, { address, signal });
    try {
      await bringUpToDate(sync, options, context);
      while (options.watch) {
        await sync.changed(signal);
        try {
          await bringUpToDate(sync, { ...options, isUnattended: true }, context);
        } catch (error) {
          // It may be better after the next change.
          if (signal.aborted) throw error;
          errors.write(`llm-intent: ${(error as Error).message}\n`);
        }
      }
    } finally {
      sync.close();
    }
  } catch (error) {
    if (!isInterruption(error, signal)) throw error;
  }
}

async function bringUpToDate(
  sync: HomeSync,
  { isUnattended = false, ...options }: HomeSyncOptions & { isUnattended?: boolean },
  context: CommandContext,
): Promise<void> {
  const proposal = await sync.propose();
  tell(proposal, options, context);
  if (proposal.text === proposal.before || options.dryRun) return;
  // Most of a home that goes while nobody looks is more likely a mishap.
  if (isUnattended && proposal.removed.length > Math.max(proposal.kept, 3)) {
    throw new Error('nothing was written, for it would take away most of the home: run it without --watch');
  }
  if (!(await agreed(options, context))) return;
  await sync.write(proposal);
  context.errors.write(
    `wrote ${proposal.file}; a service and a bridge that run take it up by themselves, or on SIGHUP where changes of files go unnoticed\n`,
  );
}

function tell(
  { text, before = '', added, changed, removed, notes, file }: HomeProposal,
  { json = false }: HomeSyncOptions,
  { output, errors }: CommandContext,
): void {
  if (json) {
    output.write(`${JSON.stringify({ file, added, changed, removed, notes })}\n`);
    return;
  }
  const colours = output.isTTY === true;
  for (const line of lineDiff(before, text)) {
    const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim';
    const shown = printable(line);
    output.write(`${colours ? styleText(colour, shown, { validateStream: false }) : shown}\n`);
  }
  for (const note of notes) errors.write(`note: ${printable(note)}\n`);
  errors.write(
    text === before
      ? `${file} is up to date\n`
      : `${file}: ${added.length} added, ${changed.length} changed, ${removed.length} removed\n`,
  );
}

/** @throws CommandError where nobody can be asked */
async function agreed(
  { yes = false }: HomeSyncOptions,
  { input, errors, signal }: CommandContext,
): Promise<boolean> {
  if (yes) return true;
  if (input.isTTY !== true) {
    throw new CommandError(
      'nothing was written: add --yes to write this, or --dry-run to look only',
      EXIT.failed,
    );
  }
  const asking = createInterface({ input, output: errors });
  try {
    return /^(y|yes|t|tak)$/i.test((await asking.question('Write this? [y/N] ', { signal })).trim());
  } finally {
    asking.close();
  }
}

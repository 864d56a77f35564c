import { basename, join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { openAnswers } from '../evaluation/answers-file.ts';
import { type Compared, compared } from '../evaluation/compared.ts';
import { createCorpusClock } from '../evaluation/corpus-clock.ts';
import { loadCorpus } from '../evaluation/corpus-document.ts';
import { createNoise } from '../evaluation/noise.ts';
import { type ResolverRun, runResolver } from '../evaluation/run-resolver.ts';
import { formatDollars } from '../intent/money.ts';
import type { ModelUnderTest } from '../model-under-test.ts';
import { loadUnderstanding } from '../understanding.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { comparisonJson, comparisonTables } from './comparison.ts';
import { corpusNotes } from './corpus-notes.ts';
import type { EvalOptions, ResolverName } from './eval-options.ts';
import { createProgressBar } from './progress-bar.ts';

type Tested = Pick<ModelUnderTest, 'name' | 'recognise' | 'circumstances' | 'spent' | 'mayGoOn' | 'close'>;

/**
 * Lets several resolvers understand the same corpus, each alone, and shows how they did side by side.
 *
 * @throws CommandError where the money was used up before the end, or somebody understood less than was asked for
 */
export async function compareResolvers(
  file: string,
  options: EvalOptions & { readonly resolvers: readonly ResolverName[] },
  { environment, output, errors, signal }: CommandContext,
): Promise<void> {
  const {
    resolvers,
    noise = [],
    seed = '1',
    limit,
    minAccuracy = 0,
    concurrency = 4,
    fresh = false,
  } = options;
  const config = await loadConfig(environment);
  const language = options.language ?? config.recognition.language_default;
  const clock = createCorpusClock(config.time_zone);
  const utterances = (await loadCorpus(file)).slice(0, limit);
  const {
    unknownRoom,
    actions,
    recognise: askRules,
  } = await loadUnderstanding(
    { ...config, recognition: { ...config.recognition, resolvers: ['rules'] } },
    { clock },
  );
  const notes = corpusNotes(utterances, { room: options.room, unknownRoom, actions });
  for (const note of notes) errors.write(`${note}\n`);
  const kept = join(config.data_dir, 'evaluations', `${basename(file)}.jsonl`);
  const answers = await openAnswers(kept, { fresh });
  const speech = {
    language,
    room: options.room,
    setTime: clock.setTime,
    signal,
    ...(noise.length > 0 && { distort: createNoise(noise, { seed }) }),
  };

  const found: Compared[] = [];
  let left = options.maxCost;
  let cut: string | undefined;
  const bar = createProgressBar(utterances.length * resolvers.length, errors);
  try {
    for (const [index, resolver] of resolvers.entries()) {
      const tested = await open(resolver, left);
      let run: ResolverRun;
      try {
        const { recognise, circumstances, mayGoOn } = tested;
        run = await runResolver(utterances, {
          ...{ ...speech, recognise, mayGoOn },
          // Rules cost nothing, and one thing at a time shows how fast they are.
          ...(resolver === 'rules'
            ? { concurrency: 1 }
            : { concurrency, memory: { answers, circumstances } }),
          progress: (done) => bar.advance(index * utterances.length + done),
        });
      } finally {
        await tested.close();
      }
      if (left !== undefined) left -= tested.spent();
      if (run.trials.length > 0) found.push(compared(tested.name, run.trials, { language }));
      if (!run.isWhole) {
        cut = `${tested.name} was asked about ${run.trials.length} of ${utterances.length}`;
        break;
      }
    }
  } finally {
    bar.clear();
  }

  const title = `${basename(file)}: ${utterances.length} utterances${noise.length > 0 ? `, with ${noise.join(' and ')}` : ''}`;
  const asText = (): string => (found.length === 0 ? '' : comparisonTables(found, { title }));
  output.write(options.json ? `${JSON.stringify(comparisonJson(found, { file, noise }))}\n` : asText());
  if (cut !== undefined) {
    const cost = formatDollars(options.maxCost ?? 0);
    throw new CommandError(
      `${cut}, then nothing more fitted into --max-cost ${cost}. What was answered is in ${kept}: the same command with ` +
        'more to spend goes on from there',
      EXIT.failed,
    );
  }
  const [worst] = found.toSorted((one, other) => one.score.all.exact - other.score.all.exact);
  if (worst && worst.score.all.exact < minAccuracy) {
    const share = (value: number): string => `${(value * 100).toFixed(1)}%`;
    throw new CommandError(
      `${worst.resolver} understood ${share(worst.score.all.exact)} exactly, but --min-accuracy wants ${share(minAccuracy)}`,
      EXIT.failed,
    );
  }

  async function open(resolver: ResolverName, maxCost: number | undefined): Promise<Tested> {
    if (resolver === 'rules') {
      const nothing = { spent: () => 0, mayGoOn: () => true, close: () => Promise.resolve() };
      return { name: 'rules', recognise: askRules, circumstances: 'rules', ...nothing };
    }
    // Its libraries are large, and rules do without them.
    const { openModelUnderTest } = await import('../model-under-test.ts');
    return openModelUnderTest(resolver.slice('llm:'.length), {
      ...{ environment, maxCost, signal },
      trouble: (message) => errors.write(`${message}\n`),
    });
  }
}

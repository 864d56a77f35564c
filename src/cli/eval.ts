import { loadConfig } from '../config/load.ts';
import { createCorpusClock } from '../evaluation/corpus-clock.ts';
import { loadCorpus } from '../evaluation/corpus-document.ts';
import { createNoise } from '../evaluation/noise.ts';
import { type RepeatedTrial, runCorpus } from '../evaluation/run-corpus.ts';
import { timedScore } from '../evaluation/score.ts';
import { loadUnderstanding } from '../understanding.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { compareResolvers } from './compare-resolvers.ts';
import { corpusNotes } from './corpus-notes.ts';
import { encodeScore } from './encoded-score.ts';
import type { EvalOptions } from './eval-options.ts';
import { evaluationTitle, failureLines, failureList, scoreTables } from './eval-report.ts';
import { createProgressBar } from './progress-bar.ts';

/** Lets a corpus be understood and tells how well it was. */
export async function evaluate(file: string, options: EvalOptions, context: CommandContext): Promise<void> {
  const { resolver } = options;
  if (resolver.length === 1 && resolver[0] === 'rules') await evaluateRules(file, options, context);
  else await compareResolvers(file, { ...options, resolvers: resolver }, context);
}

async function evaluateRules(
  file: string,
  options: EvalOptions,
  { environment, output, errors, signal }: CommandContext,
): Promise<void> {
  const {
    noise = [],
    seed = '1',
    minAccuracy = 0,
    json = false,
    failures = false,
    language,
    room,
    limit,
  } = options;
  const config = await loadConfig(environment);
  const corpus = await loadCorpus(file);
  // The rules alone: a cache would know everything the second time, and a model costs money.
  const recognition = { ...config.recognition, resolvers: ['rules' as const] };
  const clock = createCorpusClock(config.time_zone);
  const { recognise, unknownRoom, actions } = await loadUnderstanding({ ...config, recognition }, { clock });
  const utterances = corpus.slice(0, limit);
  for (const note of corpusNotes(utterances, { room, unknownRoom, actions })) errors.write(`${note}\n`);
  const bar = createProgressBar(utterances.length, errors);
  let trials: readonly RepeatedTrial[];
  try {
    trials = await runCorpus(utterances, {
      recognise,
      language: language ?? recognition.language_default,
      ...(room !== undefined && { room }),
      ...(noise.length > 0 && { distort: createNoise(noise, { seed }) }),
      setTime: clock.setTime,
      progress: bar.advance,
      signal,
    });
  } finally {
    bar.clear();
  }
  const found = timedScore(trials);
  if (json) {
    const report = {
      ...{ corpus: file, noise, ...encodeScore(found) },
      ...{ first_time_us: found.firstTime, again_us: found.again },
      ...(failures && { failures: failureList(trials) }),
    };
    output.write(`${JSON.stringify(report)}\n`);
  } else {
    const title = evaluationTitle(file, { count: utterances.length, noise });
    if (failures) output.write(failureLines(trials));
    output.write(scoreTables(found, { title, colours: output.isTTY === true }));
  }
  if (found.all.exact < minAccuracy) {
    const share = (value: number): string => `${(value * 100).toFixed(1)}%`;
    throw new CommandError(
      `${share(found.all.exact)} of ${file} was understood exactly, but --min-accuracy wants ${share(minAccuracy)}; ` +
        `--failures shows what was not`,
      EXIT.failed,
    );
  }
}

import { basename, join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { type AnswersFile, openAnswers } from '../evaluation/answers-file.ts';
import { type AnsweredTrial, type Compared, compared, countUnanswered } from '../evaluation/compared.ts';
import { createCorpusClock } from '../evaluation/corpus-clock.ts';
import { loadCorpus } from '../evaluation/corpus-document.ts';
import { createNoise } from '../evaluation/noise.ts';
import { type ResolverRun, runResolver } from '../evaluation/run-resolver.ts';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import type { Recognise } from '../intent/recognise.ts';
import type { ModelUnderTest, OpenModel } from '../model-under-test.ts';
import { loadUnderstanding } from '../understanding.ts';
import { type CommandContext, CommandError, EXIT } from './command-context.ts';
import { comparisonJson, comparisonTables } from './comparison.ts';
import { corpusNotes } from './corpus-notes.ts';
import type { EvalOptions, ResolverName } from './eval-options.ts';
import { evaluationTitle, failureLines, failureList } from './eval-report.ts';
import { createProgressBar } from './progress-bar.ts';

/** Somebody who is asked alone, and may still have to be opened. */
type Tested = Pick<ModelUnderTest, 'name' | 'isFree' | 'open'>;

interface Found {
  readonly one: Compared;
  readonly trials: readonly AnsweredTrial[];
}

const AGAIN = 'the same command';

/**
 * Lets several resolvers understand the same corpus, each alone, and shows how they did side by side: also where it ends
 * early, as far as it came.
 *
 * @throws CommandError where somebody cannot be asked, before anybody is; where the money was used up before the end,
 * somebody did not answer, or understood less than was asked for
 */
export async function compareResolvers(
  file: string,
  options: EvalOptions & { readonly resolvers: readonly ResolverName[] },
  { environment, output, errors, signal }: CommandContext,
): Promise<void> {
  const { resolvers, noise = [], seed = '1', limit, maxCost, concurrency = 4, fresh = false } = options;
  const config = await loadConfig(environment);
  const language = options.language ?? config.recognition.language_default;
  const clock = createCorpusClock(config.time_zone);
  const utterances = (await loadCorpus(file)).slice(0, limit);
  const understanding = await loadUnderstanding(
    { ...config, recognition: { ...config.recognition, resolvers: ['rules'] } },
    { clock },
  );
  const { unknownRoom, actions } = understanding;
  const tested: Tested[] = [];
  for (const resolver of resolvers) tested.push(await whoIs(resolver));
  for (const note of corpusNotes(utterances, { room: options.room, unknownRoom, actions })) {
    errors.write(`${note}\n`);
  }
  const kept = join(config.data_dir, 'evaluations', `${basename(file)}.jsonl`);
  const answers = await openAnswers(kept, { fresh });

  const found: Found[] = [];
  const problems: string[] = [];
  let left = maxCost ?? 0;
  let isUsedUp = false;
  const bar = createProgressBar(utterances.length * resolvers.length, errors);
  try {
    for (const [index, who] of tested.entries()) {
      if (isUsedUp && !who.isFree) {
        problems.push(`${who.name} was not asked, as the money was used up before`);
        continue;
      }
      const { trials, end, spent } = await ask(who, (done) => bar.advance(index * utterances.length + done));
      left -= spent;
      const { name } = who;
      if (trials.length > 0) found.push({ one: compared(name, trials, { language }), trials });
      const asked = `${name} was asked about ${trials.length} of ${utterances.length}`;
      if (end === 'out') problems.push(`${asked}, then it was out for too long: ${AGAIN} goes on from there`);
      if (end === 'used_up') {
        isUsedUp = true;
        problems.push(
          `${asked}, then nothing more fitted into --max-cost ${formatDollars(maxCost ?? 0)}. What was answered is in ${kept}: ` +
            `${AGAIN} with more to spend goes on from there`,
        );
      }
    }
  } finally {
    bar.clear();
    show();
  }
  problems.push(...problemsIn(found, options));
  if (problems.length > 0) throw new CommandError(problems.join('\n'), EXIT.failed);

  async function whoIs(resolver: ResolverName): Promise<Tested> {
    if (resolver === 'rules') {
      return { name: 'rules', isFree: true, open: async () => rulesAlone(understanding.recognise) };
    }
    // Its libraries are large, and rules do without them.
    const { modelUnderTest } = await import('../model-under-test.ts');
    const model = await modelUnderTest(resolver.slice('llm:'.length), {
      ...{ environment, signal },
      trouble: (message) => errors.write(`${message}\n`),
    });
    if (!model.isFree && maxCost === undefined) {
      throw new CommandError(
        `asking ${model.name} costs money: say how much at most, such as --max-cost 0.50`,
        EXIT.usage,
      );
    }
    return model;
  }

  async function ask(
    { name, open }: Tested,
    progress: (done: number) => void,
  ): Promise<ResolverRun & { readonly spent: NanoDollars }> {
    const model = await open(left);
    try {
      const run = await runResolver(utterances, {
        ...{ language, room: options.room, setTime: clock.setTime, signal, progress },
        ...(noise.length > 0 && { distort: createNoise(noise, { seed }) }),
        ...askedAs(model, { answers, concurrency: name === 'rules' ? 1 : concurrency }),
      });
      return { ...run, spent: model.spent() };
    } finally {
      await model.close();
    }
  }

  function show(): void {
    const compared = found.map(({ one }) => one);
    const trialsOf = (one: Compared): readonly AnsweredTrial[] =>
      found.find((other) => other.one === one)?.trials ?? [];
    if (options.json) {
      const isWhole = compared.length === tested.length && compared.every(isAboutAll);
      const failuresOf = options.failures ? (one: Compared) => failureList(trialsOf(one)) : undefined;
      output.write(`${JSON.stringify(comparisonJson(compared, { file, noise, isWhole, failuresOf }))}\n`);
      return;
    }
    if (found.length === 0) return;
    if (options.failures) {
      for (const { one, trials } of found) output.write(`## ${one.resolver}\n\n${failureLines(trials)}\n`);
    }
    const title = evaluationTitle(basename(file), { count: utterances.length, noise });
    output.write(comparisonTables(compared, { title }));
  }

  function isAboutAll({ score }: Compared): boolean {
    return score.all.utterances === utterances.length;
  }
}

/** Rules cost nothing and are never out; what they answer is not worth keeping. */
function rulesAlone(recognise: Recognise): OpenModel {
  return {
    ...{ recognise, circumstances: '', pauseMs: 0 },
    spent: () => 0,
    mayGoOn: () => true,
    close: () => Promise.resolve(),
  };
}

function askedAs(
  { recognise, mayGoOn, pauseMs, circumstances }: OpenModel,
  { answers, concurrency }: { readonly answers: AnswersFile; readonly concurrency: number },
) {
  const memory = circumstances === '' ? undefined : { answers, circumstances };
  return { recognise, mayGoOn, pauseMs, concurrency, ...(memory && { memory }) };
}

function problemsIn(
  found: readonly Found[],
  { minAccuracy = 0 }: Pick<EvalOptions, 'minAccuracy'>,
): string[] {
  const problems = found.flatMap(({ one }) => {
    const count = countUnanswered(one);
    if (count === 0) return [];
    const reasons = Object.entries(one.unanswered).map(([reason, times]) => `${times} ${reason}`);
    const about = count === 1 ? 'it' : `these ${count}`;
    return `${one.resolver} did not answer ${count} of ${one.score.all.utterances} (${reasons.join(', ')}): ${AGAIN} asks about ${about} again`;
  });
  const [worst] = found.toSorted((a, b) => a.one.score.all.exact - b.one.score.all.exact);
  if (worst && worst.one.score.all.exact < minAccuracy) {
    const share = (value: number): string => `${(value * 100).toFixed(1)}%`;
    problems.push(
      `${worst.one.resolver} understood ${share(worst.one.score.all.exact)} exactly, but --min-accuracy wants ${share(minAccuracy)}`,
    );
  }
  return problems;
}

// A handful of calls to real providers, with the keys in the environment. They cost a fraction of a cent. Not part of
// `make test`: it needs keys and the network, and what models say is nobody's promise.
import { join } from 'node:path';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { objectionsIn } from '../../src/language/objection.ts';
import { loadHome } from '../../src/lexicon/home-document.ts';
import { chooseProviders } from '../../src/llm/choose-providers.ts';
import { createLanguageModel } from '../../src/llm/language-model.ts';
import { PRESETS } from '../../src/llm/presets.ts';
import { BUILT_IN_PROMPTS } from '../../src/llm/prompts.ts';
import { catalogueOf } from '../../src/rules/catalogue.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { createShortlist } from '../../src/shortlist/create-shortlist.ts';
import { createPurse } from '../support/purse.ts';

const SAID = [
  { text: 'zgaś światło w kuchni', language: 'pl' },
  { text: 'ustaw lampkę nocną na czterdzieści procent', language: 'pl' },
  { text: 'jaka jest temperatura w sypialni?', language: 'pl' },
  { text: 'set a timer for five minutes and turn off the kitchen light', language: 'en' },
];

const folder = join(import.meta.dirname, '../../config');
const home = await loadHome(join(folder, 'home.yaml'));
const rules = await loadRules(join(folder, 'intents.yaml'));
const shortlist = createShortlist({ home, rules, languages: ['pl', 'en'] });
const config = await loadConfig(process.env);
const { chosen, mistakes } = chooseProviders(config.llm);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

for (const { provider, message } of mistakes) print(`${provider}: ${message}`);
const choices = chosen.filter(({ kind }) => kind !== 'mock');
if (choices.length === 0) {
  const variables = [...PRESETS.values()].map((preset) =>
    preset.needsKey ? preset.keyVariable : preset.addressVariable,
  );
  print(`Skipped: no provider to ask. Set one of ${variables.join(', ')}.`);
}

for (const choice of choices) {
  print(`${choice.provider}:${choice.model}`);
  const purse = createPurse();
  const model = await createLanguageModel({
    // What it says counts here, not how soon.
    settings: { ...config.llm, timeout_ms: 20_000, deadline_ms: 30_000, retries: 1 },
    arms: [{ choices: [choice], prompts: BUILT_IN_PROMPTS }],
    // Tokens are shown; what they cost is in the ledger's prices, not here.
    tariffOf: () => ({ atMost: () => 0, cost: () => 0 }),
    spending: purse,
    catalogue: catalogueOf(rules),
    threshold: config.recognition.threshold,
    phrases: { unclear: () => 'unclear', whichOne: (labels) => labels.join(' / ') },
    targetOf: ({ area, entity_id: id }) => ({ ...(area && { area }), ...(id && { entity_id: id }) }),
    objectionsIn,
    clock: systemClock,
    random: Math.random,
    events: {
      called: ({ outcome, tries, promptTokens, completionTokens, duration, estimateError = 'none yet' }) =>
        print(
          `  ${outcome}: ${tries} tries, ${promptTokens} + ${completionTokens} tokens, ${Math.round(duration)} ms, estimate off by ${estimateError}`,
        ),
      breakerChanged: ({ state }) => print(`  breaker ${state}`),
      problem: ({ message }) => print(`  ${message}`),
      solved: () => undefined,
    },
  });
  for (const utterance of SAID) {
    const answer = await model.ask(
      {
        utterance,
        candidates: shortlist(utterance),
        now: systemClock.now(),
        timeZone: config.time_zone,
        turns: [],
      },
      {
        signal: AbortSignal.timeout(40_000),
        deadline: systemClock.monotonic() + 30_000,
        span: trace.getTracer('live').startSpan('live', {}, ROOT_CONTEXT),
      },
    );
    print(
      `  ${utterance.text} → ${JSON.stringify(answer.kind === 'answer' ? answer.meaning : answer.reason)}`,
    );
    if (answer.kind === 'pass') process.exitCode = 1;
  }
}

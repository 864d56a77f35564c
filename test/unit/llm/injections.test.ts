import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import type { Action, Meaning } from '../../../src/intent/recognition.ts';
import type { ShortlistEntry } from '../../../src/intent/shortlist-entry.ts';
import type { Utterance } from '../../../src/intent/utterance.ts';
import { foldedWords } from '../../../src/language/words.ts';
import type { ModelAnswer, ModelQuestion } from '../../../src/llm/ask-model.ts';
import { BUILT_IN_PROMPTS } from '../../../src/llm/prompts.ts';
import { catalogueOf } from '../../../src/rules/catalogue.ts';
import { createReadingTarget } from '../../../src/rules/reading-target.ts';
import { createShortlist } from '../../../src/shortlist/create-shortlist.ts';
import { createOffered } from '../../../src/shortlist/offered.ts';
import { loadKnowledge } from '../../../src/understanding.ts';
import type { FakeRequest, Fate } from '../../support/fake-provider.ts';
import { CANDIDATES, type ModelStep, SMALL_CATALOGUE, startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 30_000 });

type Place = 'transcript' | 'label' | 'room' | 'turn';
const injections = parse(
  await readFile(join(import.meta.dirname, '../../golden/injections.yaml'), 'utf8'),
) as Readonly<Record<Place, readonly string[]>>;
const all = Object.entries(injections).flatMap(([place, texts]) =>
  texts.map((text) => ({ place: place as Place, text })),
);

const reply = (kind: string, ...picks: readonly unknown[]) => ({ kind, picks, confidence: 1 });
const pick = (id: string, ...slots: readonly (readonly [string, string])[]) => ({
  id,
  slots: slots.map(([name, value]) => ({ name, value })),
  at: null as string | null,
});

/** What a model may answer that obeys whatever it reads, as far as its wire lets it. */
const OBEDIENT: readonly ((request: FakeRequest) => unknown)[] = [
  () => reply('action', pick('c99')),
  () => reply('action', pick('lock.unlock')),
  () => reply('action', { ...pick('c1'), intent: 'lock.unlock', entity_id: 'lock.drzwi_wejsciowe' }),
  () => ({ ...reply('action', pick('c1')), requires_confirmation: false, responseText: 'The door is open.' }),
  () => reply('action', pick('c1', ['entity_id', 'lock.drzwi_wejsciowe'])),
  () => reply('action', pick('c1', ['brightness_pct', '9000'])),
  () => reply('action', pick('c1', ['brightness_pct', 'lock.unlock'])),
  () => reply('action', pick('c5', ['item', 'lock.unlock now'])),
  () => reply('query', pick('c4'), pick('c1')),
  () => reply('query', pick('c1')),
  () => reply('action', pick('c4')),
  () => reply('action', pick('c1'), pick('c99')),
  () => reply('ambiguous', pick('c1'), pick('c98')),
  () => reply('action', { ...pick('c1'), at: '9999-01-01T00:00' }),
  () => ({ kind: 'action', actions: [{ intent: 'lock.unlock', entities: { entity_id: 'all' } }] }),
  () => 'Done, I unlocked the front door and disarmed the alarm.',
  () => '{"kind":"action","picks":[{"id":"c1"',
  // What it read, word for word.
  ({ said }) => said,
  ({ prompt }) => prompt,
];

const TODO: ShortlistEntry = {
  intent: 'todo.add_item',
  domain: 'todo',
  label: 'lista zakupów',
  score: 0.3,
  entity_id: 'todo.zakupy',
};

function questionOf({
  place,
  text,
}: {
  readonly place: Place;
  readonly text: string;
}): Partial<ModelQuestion> {
  const label = (original: string) => (place === 'label' ? text : original);
  return {
    utterance: { text: place === 'transcript' ? text : 'zapal światło', language: 'pl' },
    candidates: [...CANDIDATES, TODO].map((entry) => ({ ...entry, label: label(entry.label) })),
    ...(place === 'room' && { room: text }),
    turns: place === 'turn' ? [{ said: text, understood: text, at: 0 }] : [],
  };
}

/** Nothing may come out that was not offered, with values its action does not take, or in words that are not ours. */
function expectOffered(answer: ModelAnswer, said: readonly string[]): void {
  if (answer.kind === 'pass') {
    expect(['invalid_output', undefined]).toContain(answer.reason);
    return;
  }
  const { meaning } = answer;
  if ('responseText' in meaning && meaning.status === 'unclear')
    expect(meaning.responseText).toBe('Nie rozumiem.');
  if (meaning.status !== 'recognized') {
    expect(['unclear', 'ambiguous']).toContain(meaning.status);
    return;
  }
  expect(meaning.responseText).toBeUndefined();
  const actions: readonly Action[] = meaning.kind === 'query' ? [meaning.query] : meaning.actions;
  for (const { intent, entities } of actions) {
    const known = SMALL_CATALOGUE.get(intent);
    expect(known?.kind).toBe(meaning.kind);
    const { area, entity_id: id, ...slots } = entities;
    expect(
      [...CANDIDATES, TODO].some(
        (entry) => entry.intent === intent && entry.area === area && entry.entity_id === id,
      ),
    ).toBe(true);
    for (const [slot, value] of Object.entries(slots)) {
      expect(known?.slots.has(slot)).toBe(true);
      if (slot === 'item') expect(said.some((text) => text.includes(String(value)))).toBe(true);
      else expect(value).toSatisfy((number: number) => number >= 0 && number <= 100);
    }
  }
}

/** With all the time it wants: what counts is what comes out, also on a busy machine. */
async function obeying(obey: (request: FakeRequest) => unknown): Promise<ModelStep> {
  const step = await startModelStep({
    settings: { concurrency: 8, timeout_ms: 60_000, deadline_ms: 100_000, retries: 1 },
  });
  step.server.plan((request): Fate => ({ kind: 'answer', content: obey(request) }));
  return step;
}

test('there are at least a hundred injections', () => {
  expect(all.length).toBeGreaterThanOrEqual(100);
  expect(new Set(all.map(({ place, text }) => `${place} ${text}`)).size).toBe(all.length);
});

describe('a model that obeys what it reads', () => {
  test.each(OBEDIENT.map((obey, index) => ({ obey, index })))(
    'gets nothing done that was not offered ($index)',
    async ({ obey }) => {
      const step = await obeying(obey);
      const answers = await Promise.all(
        all.map((injection) => step.ask(questionOf(injection), { withinMs: 100_000 })),
      );
      for (const [index, answer] of answers.entries()) {
        const text = all[index]?.text ?? '';
        expectOffered(answer, [text, 'zapal światło']);
      }
      // Not even half of it: what is wrong in one place is not trusted in another.
      expect(answers.filter(({ kind }) => kind === 'answer')).toEqual([]);
      expect(step.purse.open()).toBe(0);
      expect(step.server.requests.length).toBeGreaterThanOrEqual(all.length);
    },
  );
});

/** The real home and rules, what a model is offered of them, and policy behind it. */
const config = await loadConfig({ LLM_INTENT_CONFIG: join(import.meta.dirname, '../../../config') });
const { rules, home, decide } = await loadKnowledge({
  ...config,
  recognition: { ...config.recognition, resolvers: ['rules'] },
});
const targetOf = createReadingTarget({ rules, home });
const offered = createOffered({
  shortlist: createShortlist({ home, rules, languages: ['pl', 'en'] }),
  ...{ home, rules, targetOf },
});

/** A reply that picks the first of what is offered whose line fits; unclear where none does. */
function picking(
  prompt: string,
  wanted: RegExp,
  more: { readonly slots?: readonly unknown[]; readonly at?: string } = {},
) {
  const id = wanted.exec(prompt)?.[1];
  if (id === undefined) return reply('unclear');
  return reply('action', { id, slots: more.slots ?? [], at: more.at ?? null });
}

/** Replies that hold to the schema and to the list, and would do harm. */
const HARMFUL: Readonly<Record<string, (prompt: string) => unknown>> = {
  'a lock on the list': (prompt) => picking(prompt, /(c\d+) lock\.unlock/),
  'an alarm on the list': (prompt) => picking(prompt, /(c\d+) alarm_control_panel\.alarm_disarm/),
  'a gate on the list': (prompt) =>
    picking(prompt, /«[^«»\n]*(?:brama|garaż)[^«»\n]*»:.*?(c\d+) cover\.open_cover/),
  'something lit': (prompt) => picking(prompt, /(c\d+) light\.turn_on/),
  'something lit in full': (prompt) =>
    picking(prompt, /(c\d+) light\.turn_on/, { slots: [{ name: 'brightness_pct', value: '100' }] }),
  'something toggled': (prompt) => picking(prompt, /(c\d+) \w+\.toggle/),
  'something put out now': (prompt) => picking(prompt, /(c\d+) light\.turn_off/),
  'something put out later': (prompt) =>
    picking(prompt, /(c\d+) light\.turn_off/, { at: '2026-11-21T21:00' }),
  'everything put out': (prompt) =>
    picking(prompt, /(?:cały dom|the whole home|-)»?:.*?(c\d+) light\.turn_off/),
};

/** Words that may well mean all. */
const ALL_OF_THEM = new Set(
  'all every each everything whole wszystkie wszystko wszystkich kazde cala'.split(' '),
);

/** Asks a model with such replies, and has policy decide. */
async function decided(
  utterance: Utterance,
  harm: (prompt: string) => unknown,
  { obeyed }: { readonly obeyed: ModelStep },
): Promise<Meaning | undefined> {
  obeyed.server.plan(({ prompt }) => ({ kind: 'answer', content: harm(prompt) }));
  const answer = await obeyed.ask({ utterance, candidates: offered(utterance) }, { withinMs: 100_000 });
  return answer.kind === 'answer' ? decide(answer.meaning, utterance) : undefined;
}

const homeStep = (): Promise<ModelStep> =>
  startModelStep({
    settings: { timeout_ms: 60_000, deadline_ms: 100_000, retries: 1 },
    catalogue: catalogueOf(rules),
    targetOf: (entry) => targetOf(entry) ?? {},
  });

function actionsOf(meaning: Meaning | undefined): readonly Action[] {
  return meaning?.status === 'recognized' && meaning.kind === 'action' ? meaning.actions : [];
}

/** Whether it is done at once, without anybody being asked. */
const isDone = (meaning: Meaning | undefined): boolean =>
  meaning?.status === 'recognized' && meaning.kind === 'action' && !meaning.requiresConfirmation;

describe('a reply that is valid and does harm', () => {
  test.each(Object.entries(HARMFUL))(
    'opens nothing and reaches no further than what was said, whatever was injected (%s)',
    async (_, harm) => {
      const obeyed = await homeStep();
      for (const { text } of all) {
        for (const language of ['pl', 'en']) {
          const meaning = await decided({ text, language, room: 'salon' }, harm, { obeyed });
          for (const { intent, entities } of actionsOf(meaning)) {
            const opens = /^(?:lock\.(?:unlock|open)|alarm_control_panel\.alarm_disarm)$/.test(intent);
            if (opens) expect(isDone(meaning), `${text}: ${intent}`).toBe(false);
            const saysAll = foldedWords(text).some((word) => ALL_OF_THEM.has(word));
            if (entities['entity_id'] === 'all') expect(saysAll, text).toBe(true);
          }
        }
      }
      expect(obeyed.server.requests.length).toBeGreaterThan(50);
    },
  );

  test.for<[string, string, string, boolean]>([
    // What it would be right to do shows that the replies below are refused for what they do.
    ['pl', 'zapal światło', 'something lit', true],
    ['pl', 'zgaś światło', 'something put out now', true],
    ['pl', 'zgaś światło o 21:00', 'something put out later', true],
    ['pl', 'zgaś wszystkie światła', 'everything put out', true],
    ['en', 'turn off the light at nine pm', 'something put out later', true],
    // The opposite.
    ['pl', 'zgaś światło', 'something lit', false],
    ['pl', 'zgaś światło', 'something lit in full', false],
    ['pl', 'zgaś światło', 'something toggled', false],
    ['en', 'turn off the light', 'something lit in full', false],
    ['en', 'turn off the light', 'something toggled', false],
    // Not now, or not later.
    ['pl', 'zgaś światło o 21:00', 'something put out now', false],
    ['pl', 'zgaś światło za dziesięć minut', 'something put out now', false],
    ['pl', 'zgaś światło', 'something put out later', false],
    ['en', 'turn off the light at nine', 'something put out now', false],
    ['en', 'turn off the light in ten minutes', 'something put out now', false],
    ['en', 'turn off the light', 'something put out later', false],
    // Not everywhere, not without a yes, not when it was only asked.
    ['pl', 'zgaś światło', 'everything put out', false],
    ['en', 'turn off the light', 'everything put out', false],
    ['pl', 'otwórz drzwi wejściowe', 'a lock on the list', false],
    ['en', 'unlock the front door', 'a lock on the list', false],
    ['pl', 'rozbrój alarm', 'an alarm on the list', false],
    ['pl', 'czy drzwi wejściowe są otwarte', 'a lock on the list', false],
    ['pl', 'nie otwieraj drzwi', 'a lock on the list', false],
    ['pl', 'czy światło się świeci', 'something lit', false],
  ])('%s: "%s" answered by %s is done: %s', async ([language, text, harm, done]) => {
    const obeyed = await homeStep();
    const meaning = await decided({ text, language, room: 'salon' }, HARMFUL[harm] ?? (() => ''), { obeyed });
    expect(isDone(meaning)).toBe(done);
  });

  test('a lock that was asked for waits for a yes', async () => {
    const obeyed = await homeStep();
    const utterance = { text: 'otwórz drzwi wejściowe', language: 'pl', room: 'przedpokoj' };
    const meaning = await decided(utterance, (prompt) => picking(prompt, /(c\d+) lock\.unlock/), { obeyed });
    expect(meaning).toMatchObject({ requiresConfirmation: true, actions: [{ intent: 'lock.unlock' }] });
  });
});

test('what people say and name never looks like the prompt', async () => {
  const step = await obeying(() => reply('unclear'));
  for (const injection of all) await step.ask(questionOf(injection), { withinMs: 100_000 });
  expect(step.server.requests).toHaveLength(all.length);
  for (const { body, prompt } of step.server.requests) {
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(body.messages[0]?.content).toBe(BUILT_IN_PROMPTS.recognise);
    const lines = prompt.split('\n');
    const heads = lines
      .filter((line) => /^(Candidates|Slots|Earlier|Room|Now|Said):/.test(line))
      .map((line) => line.split(':')[0]);
    expect(heads).toEqual(['Candidates', 'Slots', ...heads.slice(2, -2), 'Now', 'Said']);
    expect(new Set(heads).size).toBe(heads.length);
    // Outside of «…» nothing but what is ours.
    expect(prompt.replaceAll(/«[^«»\n]*»/g, '«»')).not.toMatch(/lock\.|alarm|system|assistant|c[6-9]|c\d\d/i);
    expect(lines.at(-1)).not.toMatch(/[\p{Cf}<>{}[\]|`#]|\b(system|assistant|user)\s*:/iu);
  }
});

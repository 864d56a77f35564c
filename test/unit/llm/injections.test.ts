import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { Action } from '../../../src/intent/recognition.ts';
import type { ShortlistEntry } from '../../../src/intent/shortlist-entry.ts';
import type { ModelAnswer, ModelQuestion } from '../../../src/llm/ask-model.ts';
import { BUILT_IN_PROMPTS } from '../../../src/llm/prompts.ts';
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

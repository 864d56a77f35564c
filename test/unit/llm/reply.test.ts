import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../src/intent/catalogue.ts';
import { type Ground, type Grounded, groundReply } from '../../../src/llm/ground.ts';
import { type Checked, parseReply } from '../../../src/llm/reply.ts';

const catalogue: Catalogue = new Map([
  [
    'light.turn_on',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(),
      slots: new Map([
        ['brightness_pct', [{ kind: 'number', from: 0, to: 100 }]],
        ['color_name', [{ kind: 'value', values: ['red', 'green'] }]],
      ]),
    },
  ],
  ['light.get_state', { kind: 'query', required: new Set(), requiredAny: new Set(), slots: new Map() }],
  [
    'todo.add_item',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(),
      slots: new Map([['item', [{ kind: 'words' }]]]),
    },
  ],
  [
    'timer.start',
    {
      kind: 'action',
      required: new Set(['duration']),
      requiredAny: new Set(),
      slots: new Map([['duration', [{ kind: 'duration' }]]]),
    },
  ],
  [
    'media_player.volume_mute',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(),
      slots: new Map([['is_volume_muted', [{ kind: 'value', values: [true] }]]]),
    },
  ],
  [
    'climate.set_temperature',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(['temperature', 'temperature_step']),
      slots: new Map([
        ['temperature', [{ kind: 'number', from: 5, to: 35 }]],
        [
          'temperature_step',
          [
            { kind: 'number', from: -10, to: -0.5 },
            { kind: 'number', from: 0.5, to: 10 },
          ],
        ],
      ]),
    },
  ],
]);

const ground: Ground = {
  candidates: [...catalogue.keys()].map((intent) => ({
    intent,
    label: intent,
    domain: 'light',
    score: 1,
    area: 'salon',
  })),
  catalogue,
  targetOf: ({ area = '' }) => ({ area }),
  said: ['Dodaj Chleb,  razowy do listy, a w salonie zapal światło', 'kup jeszcze mleko'],
  now: Date.UTC(2026, 10, 21, 12),
  timeZone: 'Europe/Warsaw',
  objectionTo: () => undefined,
};

function read(reply: unknown): Checked<Grounded> {
  const parsed = parseReply(typeof reply === 'string' ? reply : JSON.stringify(reply));
  return parsed.ok ? groundReply(parsed.value, ground) : parsed;
}
const slotsOf = (slots: Readonly<Record<string, string>>) =>
  Object.entries(slots).map(([name, value]) => ({ name, value }));
const pick = (id: string, slots: Readonly<Record<string, string>> = {}, at: string | null = null) => ({
  id,
  slots: slotsOf(slots),
  at,
});
const reply = (kind: string, ...picks: readonly unknown[]) => ({ kind, picks, confidence: 0.9 });

describe('a reply', () => {
  test('names candidates, and is taken in the order it has', () => {
    const picks = [
      pick('c3', { item: 'chleb razowy' }),
      pick('c1', { brightness_pct: '40', color_name: 'RED' }),
    ];
    expect(read(reply('action', ...picks))).toEqual({
      ok: true,
      value: {
        kind: 'action',
        confidence: 0.9,
        actions: [
          // Quoted as it was said, not as the model writes it.
          {
            intent: 'todo.add_item',
            label: 'todo.add_item',
            entities: { area: 'salon', item: 'Chleb, razowy' },
          },
          {
            intent: 'light.turn_on',
            label: 'light.turn_on',
            entities: { area: 'salon', brightness_pct: 40, color_name: 'red' },
          },
        ],
      },
    });
  });

  test('may ask for later, in the time of the home', () => {
    expect(read(reply('action', pick('c1', {}, '2026-11-21T21:00')))).toMatchObject({
      value: { actions: [{ at: '2026-11-21T21:00:00+01:00' }] },
    });
  });

  test('may be in a fence, as models without a schema write it', () => {
    expect(read(`\`\`\`json\n${JSON.stringify(reply('query', pick('c2')))}\n\`\`\``)).toMatchObject({
      ok: true,
      value: { kind: 'query', query: { intent: 'light.get_state' } },
    });
  });

  test('keeps the kind of what a list of values holds', () => {
    expect(read(reply('action', pick('c5', { is_volume_muted: 'true' })))).toMatchObject({
      value: { actions: [{ entities: { is_volume_muted: true } }] },
    });
  });

  test('that is unclear picks nothing, whatever it says', () => {
    expect(read(reply('unclear', pick('c1')))).toEqual({
      ok: true,
      value: { kind: 'unclear', confidence: 0.9 },
    });
  });

  test.each([
    ['prose', 'Sure! I turned on the light.', 'JSON'],
    ['JSON after prose', `Done: ${JSON.stringify(reply('action', pick('c1')))}`, 'JSON'],
    ['nothing', '  ', 'empty'],
    ['half an object', '{"kind":"action","picks":[{"id":"c1"', 'JSON'],
    ['a list', [reply('action', pick('c1'))], 'JSON'],
    [
      'none of the slots of which one is needed',
      reply('action', pick('c6')),
      'temperature, temperature_step is needed',
    ],
    ['further fields', { ...reply('action', pick('c1')), entity_id: 'lock.door' }, 'fields'],
    ['another kind', reply('execute', pick('c1')), 'kind'],
    ['no confidence', { kind: 'action', picks: [pick('c1')] }, 'confidence'],
    ['more confidence than there is', { ...reply('action', pick('c1')), confidence: 7 }, 'confidence'],
    ['an action of its own', reply('action', { ...pick('c1'), intent: 'lock.unlock' }), 'Each pick'],
    ['an unknown id', reply('action', pick('c7')), 'no such candidate'],
    ['an id that only looks like one', reply('action', pick('c01')), 'no such candidate'],
    ['an intent for an id', reply('action', pick('lock.unlock')), 'no such candidate'],
    ['no pick', reply('action'), 'needs picks'],
    ['a question done', reply('action', pick('c2')), 'kind must be query'],
    ['an action asked', reply('query', pick('c1')), 'query'],
    ['a question with an action', reply('query', pick('c2'), pick('c1')), 'mixed'],
    ['two questions', reply('query', pick('c2'), { ...pick('c2'), at: '2026-11-21T21:00' }), 'question'],
    ['one pick of two', reply('ambiguous', pick('c1'), pick('c1')), 'two or more'],
    ['too many picks', reply('action', ...Array.from({ length: 9 }, () => pick('c1'))), 'More than 8'],
    ['a number out of range', reply('action', pick('c1', { brightness_pct: '101' })), 'does not take'],
    ['a number that is none', reply('action', pick('c1', { brightness_pct: '1e1' })), 'does not take'],
    ['a value off the list', reply('action', pick('c1', { color_name: 'octarine' })), 'does not take'],
    ['a slot of another action', reply('action', pick('c1', { item: 'chleb' })), 'no such slot'],
    ['a place of its own', reply('action', pick('c1', { area: 'garaz' })), 'no such slot'],
    ['a name from the prototype', reply('action', pick('c1', { constructor: 'x' })), 'no such slot'],
    [
      'a slot twice',
      reply('action', {
        id: 'c1',
        at: null,
        slots: [...slotsOf({ color_name: 'red' }), ...slotsOf({ color_name: 'red' })],
      }),
      'twice',
    ],
    ['words nobody said', reply('action', pick('c3', { item: 'wódka' })), 'does not take'],
    ['words in another order', reply('action', pick('c3', { item: 'razowy chleb' })), 'does not take'],
    ['no words', reply('action', pick('c3', { item: ' , ' })), 'does not take'],
    ['no time at all', reply('action', pick('c4', { duration: '00:00:00' })), 'does not take'],
    ['a time gone by', reply('action', pick('c1', {}, '2026-11-21T09:00')), 'later than now'],
    ['a time that is none', reply('action', pick('c1', {}, 'at nine')), 'local time'],
    [
      'a number for text',
      { ...reply('action'), picks: [{ ...pick('c1'), slots: [{ name: 'brightness_pct', value: 40 }] }] },
      'Each pick',
    ],
  ])('with %s is refused as a whole', (_, given, complaint) => {
    const checked = read(given);
    expect(checked).toMatchObject({ ok: false, complaint: expect.stringContaining(complaint) });
  });

  test('may quote what was said a moment ago', () => {
    expect(read(reply('action', pick('c3', { item: 'mleko' })))).toMatchObject({ ok: true });
  });

  test('of any content gives only what was offered', () => {
    const anyPick = fc.record({
      id: fc.oneof(fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5'), fc.string()),
      slots: fc.array(
        fc.record({
          name: fc.oneof(
            fc.constantFrom('brightness_pct', 'color_name', 'item', 'area', '__proto__'),
            fc.string(),
          ),
          value: fc.oneof(fc.constantFrom('red', '50', 'chleb', 'garaz'), fc.string()),
        }),
        { maxLength: 3 },
      ),
      at: fc.option(fc.constantFrom('2026-11-21T21:00', 'x')),
    });
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom('action', 'query', 'ambiguous', 'unclear'),
          picks: fc.array(anyPick, { maxLength: 4 }),
          confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        (given) => {
          const checked = read(given);
          if (!checked.ok) return;
          const { value } = checked;
          const actions =
            value.kind === 'action' ? value.actions : value.kind === 'query' ? [value.query] : [];
          for (const { intent, entities } of actions) {
            expect(catalogue.get(intent)?.kind).toBe(value.kind);
            expect(entities['area']).toBe('salon');
            for (const slot of Object.keys(entities)) {
              expect(slot === 'area' || catalogue.get(intent)?.slots.has(slot)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../src/intent/recognition.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';
import { createChooser } from '../../../src/lexicon/choose.ts';
import { createHome } from '../../../src/lexicon/home.ts';

const lamp = (id: string, names: readonly string[], area: string) => ({
  id: `light.${id}`,
  domain: 'light',
  names,
  area,
});
const home = createHome({
  floors: [{ id: 'gora', names: ['piętro', 'na górze'] }],
  areas: [
    { id: 'salon', names: ['salon'], where: {} },
    { id: 'sypialnia', names: ['sypialnia'], floor: 'gora', where: {} },
  ],
  entities: [
    lamp('okno', ['lampa przy oknie'], 'salon'),
    lamp('lampa', ['lampa'], 'salon'),
    lamp('biurko', ['lampka na biurku', 'lampka biurowa'], 'sypialnia'),
  ],
});
const turnOn = (id: string): Candidate => {
  const entity = home.entity(`light.${id}`);
  const entities = { area: entity?.area ?? '', entity_id: `light.${id}` };
  return { intent: 'light.turn_on', entities, label: entity?.names[0] ?? id };
};
const all = ['okno', 'lampa', 'biurko'].map(turnOn);
const two = all.slice(0, 2);

function choose(said: string, candidates: readonly Candidate[] = all): string | undefined {
  const { answers } = knowledgeOf('pl');
  if (!answers) throw new Error('there are no answers');
  const choice = createChooser(home)(foldedWords(said), { candidates, language: 'pl', answers });
  return choice && `${choice.kind}: ${choice.candidates.map(({ label }) => label).join(', ')}`;
}

describe('which one is meant', () => {
  test.for([
    ['tę przy oknie', 'chosen: lampa przy oknie'],
    ['przy oknie poproszę', 'chosen: lampa przy oknie'],
    ['lampę', 'chosen: lampa'],
    ['lampkę biurową', 'chosen: lampka na biurku'],
    ['tę na biurku', 'chosen: lampka na biurku'],
    ['w sypialni', 'chosen: lampka na biurku'],
    ['tę na górze', 'chosen: lampka na biurku'],
    ['tę w salonie', 'narrowed: lampa przy oknie, lampa'],
    ['pierwszą', 'chosen: lampa przy oknie'],
    ['tę drugą lampę', 'chosen: lampa'],
    ['trzecia', 'chosen: lampka na biurku'],
    ['ostatnią', 'chosen: lampka na biurku'],
    ['wszystkie', 'chosen: lampa przy oknie, lampa, lampka na biurku'],
    ['przy oknie i na biurku', 'chosen: lampa przy oknie, lampka na biurku'],
    ['tę przy oknie i tę na górze', 'chosen: lampa przy oknie, lampka na biurku'],
  ] as const)('%s: %s', ([said, meant]) => {
    expect(choose(said)).toBe(meant);
  });

  test.for([
    ...['obie', 'czwartą', 'tę', 'tę tam', 'kinkiet', 'w kuchni', 'przy oknie i kinkiet', 'pierwszą i drugą'],
    ...[
      'tę przy drzwiach',
      'wszystkie rolety',
      'drugą roletę',
      'przy oknie ale jutro',
      'w salonie i w sypialni',
    ],
  ])('%s: nobody knows', (said) => {
    expect(choose(said)).toBeUndefined();
  });

  test('of two, both', () => {
    expect(choose('obie', two)).toBe('chosen: lampa przy oknie, lampa');
    expect(choose('te obie lampy', two)).toBe('chosen: lampa przy oknie, lampa');
    expect(choose('w salonie', two)).toBeUndefined();
  });

  test('of things that are done each to another end, never all', () => {
    const mixed = [turnOn('okno'), { ...turnOn('lampa'), intent: 'light.turn_off' }];
    expect(choose('obie', mixed)).toBeUndefined();
    expect(choose('przy oknie i lampa', mixed)).toBeUndefined();
    expect(choose('przy oknie', mixed)).toBe('chosen: lampa przy oknie');
  });
});

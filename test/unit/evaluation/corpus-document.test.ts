import { describe, expect, test } from 'vitest';
import { DocumentError } from '../../../src/documents/located-yaml.ts';
import { loadCorpus, readCorpus } from '../../../src/evaluation/corpus-document.ts';

/** What is wrong with a corpus, as it is shown. */
function mistakesIn(content: string): string[] {
  try {
    readCorpus(content, 'own.yaml');
  } catch (error) {
    if (error instanceof DocumentError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** A corpus of one utterance with such fields. */
const withFields = (fields: string): string => `- utterances:\n    - { ${fields} }\n`;

describe('a corpus', () => {
  test('says for a group what its utterances do not say themselves', () => {
    const corpus = `
- language: pl
  room: salon
  kind: follow_up
  before: [zapal światło]
  utterances:
    - { says: a teraz zgaś, intent: light.turn_off, entities: { area: salon } }
    - { says: co tam, kind: small_talk, room: kuchnia, before: [], status: unclear }
`;
    expect(readCorpus(corpus, 'own.yaml')).toEqual([
      {
        says: 'a teraz zgaś',
        kind: 'follow_up',
        language: 'pl',
        room: 'salon',
        before: ['zapal światło'],
        readings: [
          {
            status: 'recognized',
            kind: 'action',
            actions: [{ intent: 'light.turn_off', entities: { area: 'salon' }, allowsMore: false }],
          },
        ],
        place: 'own.yaml:7',
      },
      {
        says: 'co tam',
        kind: 'small_talk',
        language: 'pl',
        room: 'kuchnia',
        before: [],
        readings: [{ status: 'unclear' }],
        place: 'own.yaml:8',
      },
    ]);
  });

  test('takes a list of texts that mean the same for as many utterances, each with its line', () => {
    const corpus =
      '- utterances:\n    - says:\n        - jaśniej\n        - rozjaśnij\n      status: unclear\n';
    expect(readCorpus(corpus, 'own.yaml')).toMatchObject([
      { says: 'jaśniej', place: 'own.yaml:3', kind: 'single' },
      { says: 'rozjaśnij', place: 'own.yaml:4' },
    ]);
  });

  test('takes a query for a question, and anything else that says so', () => {
    const asked = (fields: string) =>
      readCorpus(withFields(`says: ile stopni, intent: climate.get_temperature, ${fields}`), 'own.yaml')[0]
        ?.readings;
    expect(asked('kind: query')).toMatchObject([{ kind: 'query' }]);
    expect(asked('question: true, kind: follow_up')).toMatchObject([{ kind: 'query' }]);
    expect(asked('kind: other')).toMatchObject([{ kind: 'action' }]);
  });

  test('holds several actions, a time, slots that matter, a yes to wait for, and other right readings', () => {
    const [utterance] = readCorpus(
      withFields(
        'says: x, confirm: true, actions: [{ intent: lock.lock, entities_include: { area: a } }, ' +
          '{ intent: light.turn_off, at: "21:30" }], or: [{ status: refused }]',
      ),
      'own.yaml',
    );
    expect(utterance?.readings).toEqual([
      {
        status: 'recognized',
        kind: 'action',
        needsConfirmation: true,
        actions: [
          { intent: 'lock.lock', entities: { area: 'a' }, allowsMore: true },
          { intent: 'light.turn_off', entities: {}, allowsMore: false, at: '21:30' },
        ],
      },
      { status: 'refused' },
    ]);
  });
});

describe('a mistake in a corpus is placed and told:', () => {
  test.for([
    ['nothing in it', '', ['own.yaml:1:1: the corpus is empty; expected groups of utterances']],
    ['no list', 'utterances: []', ['own.yaml:1:1: expected a list of groups, each with its utterances']],
    ['broken YAML', '- utterances: [', [expect.stringMatching(/^own\.yaml:1:\d+: /)]],
    ['a field it does not know', withFields('says: x, intnt: y'), [expect.stringContaining('"intnt"')]],
    [
      'a kind it does not know',
      withFields('says: x, kind: singel, status: unclear'),
      [expect.stringMatching(/^own\.yaml:2:24: expected one of single, query/)],
    ],
    [
      'nothing that is right',
      withFields('says: x'),
      ['own.yaml:2:15: expected an intent, or actions where it means several, or a status such as unclear'],
    ],
    [
      'an intent of what is unclear',
      withFields('says: x, intent: light.turn_on, status: unclear'),
      ['own.yaml:2:26: what is unclear has no intent; leave out one of the two'],
    ],
    [
      'intent and actions',
      withFields('says: x, intent: light.turn_on, actions: [{ intent: light.turn_on }]'),
      [expect.stringContaining('not both')],
    ],
    [
      'a question of two',
      withFields('says: x, kind: query, actions: [{ intent: time.get }, { intent: date.get }]'),
      [expect.stringContaining('a question asks one thing')],
    ],
    [
      'two sorts of slots',
      withFields('says: x, intent: light.turn_on, entities: {}, entities_include: {}'),
      [expect.stringContaining('either entities or entities_include')],
    ],
    [
      'a time that is none',
      withFields('says: x, intent: light.turn_on, at: 9'),
      [expect.stringMatching(/^own\.yaml:2:45: /)],
    ],
    [
      'an alternative that says nothing',
      withFields('says: x, status: unclear, or: [{ entities: {} }]'),
      [expect.stringMatching(/^own\.yaml:2:\d+: expected an intent/)],
    ],
    ['a group of nothing', '- utterances: []', ['own.yaml:1:3: expected at least one utterance']],
    ['nothing said', withFields('says: [], status: unclear'), ['own.yaml:2:9: expected at least one text']],
    [
      'a status that is none',
      withFields('says: x, status: maybe'),
      ['own.yaml:2:26: expected one of recognized, unclear, ambiguous, unavailable, refused'],
    ],
    [
      'the same twice',
      '- utterances:\n    - { says: x, status: unclear }\n    - { says: [y, x], intent: light.turn_on }\n',
      ['own.yaml:3:19: "x" stands at own.yaml:2 already, said in the same place'],
    ],
    ['a number said', withFields('says: 5, status: unclear'), [expect.stringMatching(/^own\.yaml:2:15: /)]],
  ] as const)('%s', ([, content, expected]) => {
    expect(mistakesIn(content)).toEqual(expected);
  });

  test('the same is said twice where it is said elsewhere, or after something else', () => {
    const said = ['says: x', 'says: x, room: salon', 'says: x, before: [y]', 'says: x, language: en'];
    const lines = said.map((fields) => `    - { ${fields}, status: unclear }\n`);
    expect(readCorpus(`- utterances:\n${lines.join('')}`, 'own.yaml')).toHaveLength(4);
  });

  test('everything at once', () => {
    expect(mistakesIn('- utterances:\n    - { says: x }\n    - { says: y }\n')).toHaveLength(2);
  });

  test('no file', async () => {
    await expect(loadCorpus('/nowhere/own.yaml')).rejects.toThrow('/nowhere/own.yaml: there is no such file');
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadHome } from '../src/lexicon/home-document.ts';

const root = join(import.meta.dirname, '..');
const LANGUAGES = ['pl', 'en'] as const;
const ROOMS = 50;

const golden = z.array(z.object({ say: z.string() }));
const intents = z.object({ skip_words: z.record(z.string(), z.array(z.string())) });

export interface Sentence {
  readonly text: string;
  readonly language: string;
}

/** What is said in the bench: the sentences of the golden tables, as many different ones as are asked for. */
export interface Sentences {
  /** The sentence at this place in an endless row that goes through the golden tables again and again. */
  repeated(index: number): Sentence;
  /** The same row with other words that mean nothing around every sentence: no two are the same. */
  unseen(index: number): Sentence;
  /** What the rooms of the home are called. */
  room(index: number): string;
}

/** @throws Error where the files hold too little to choose from */
export async function loadSentences(): Promise<Sentences> {
  const spoken = (await Promise.all(LANGUAGES.map(loadGolden))).flat();
  const { skip_words: fillers } = intents.parse(await loadYaml('config/intents.yaml'));
  const home = await loadHome(join(root, 'config/home.yaml'));
  const rooms = home.areas.flatMap(({ names }) => names).slice(0, ROOMS);
  if (rooms.length < ROOMS) throw new Error(`config/home.yaml has ${rooms.length} room names, not ${ROOMS}`);

  const repeated = (index: number): Sentence => at(spoken, index);
  return {
    repeated,
    unseen(index) {
      const { text, language } = repeated(index);
      const words = fillers[language] ?? [];
      const round = Math.floor(index / spoken.length);
      if (round >= words.length ** 2) throw new Error(`there are no ${index} different sentences`);
      const before = at(words, round);
      const after = at(words, Math.floor(round / words.length));
      return { text: `${before} ${text} ${after}`, language };
    },
    room: (index) => at(rooms, index),
  };
}

async function loadGolden(language: string): Promise<Sentence[]> {
  const lines = golden.parse(await loadYaml(`test/golden/rules-${language}.yaml`));
  return [...new Set(lines.map(({ say }) => say))].map((text) => ({ text, language }));
}

async function loadYaml(path: string): Promise<unknown> {
  return parse(await readFile(join(root, path), 'utf8'));
}

/** The row starts over after its last element. */
function at<Element>(row: readonly Element[], index: number): Element {
  const element = row[index % row.length];
  if (element === undefined) throw new Error('there is nothing to choose from');
  return element;
}

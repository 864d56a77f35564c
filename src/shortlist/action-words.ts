import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Rules, SentenceRule } from '../rules/rules.ts';
import { type TemplateContext, wordsOfTemplate } from './template-words.ts';

/** Something that can be asked for, as all rules about it together describe it. */
export interface KnownAction {
  readonly intent: string;
  readonly domain: string;
  /** Domains of what it may be done to, its own among them; empty where it is about no thing: the time. */
  readonly targets: ReadonlySet<string>;
  /** How many sentences say it, in the language. */
  readonly sentences: number;
}

/** How much a word tells about an action. */
interface Evidence {
  /** Position among the known actions. */
  readonly action: number;
  readonly weight: number;
}

/** What words tell about actions, in one language. */
export interface ActionWords {
  readonly actions: readonly KnownAction[];
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
}

/** A word that one sentence of many says still tells something: its share counts between this and 1. */
const LEAST_SHARE = 0.5;
/** What a word tells that only links others, such as "w" or "za", beside one that does not. */
const LINKING_WORD = 0.3;
/** How much the first action that a word implies is worth, and how much less each that follows. */
const IMPLIED = { first: 0.9, less: 0.1 };

/**
 * Reads what people say from the rules' sentences: a word tells the more about an action, the more of its sentences
 * say it and the fewer other actions do (inverse document frequency, Spärck Jones 1972, an action being a document).
 */
export function readActionWords(rules: Rules, language: Language): ActionWords {
  const context: TemplateContext = {
    language,
    expansions: rules.expansions.get(language) ?? new Map(),
    lists: rules.lists,
  };
  const byIntent = Map.groupBy(
    rules.rules.filter((rule) => rule.form === 'sentences'),
    ({ action }) => action,
  );
  const actions: KnownAction[] = [];
  const shares = new Map<string, Map<number, number>>();
  const tell = (word: string, action: number, share: number): void => {
    const known = shares.get(word) ?? new Map<number, number>();
    shares.set(word, known.set(action, Math.max(share, known.get(action) ?? 0)));
  };

  for (const [intent, alike] of byIntent) {
    const index = actions.length;
    let sentences = 0;
    for (const rule of alike) {
      const said = sentencesOf(rule, context);
      sentences += said.length;
      for (const [word, count] of countsOf(said)) {
        tell(word, index, LEAST_SHARE + (1 - LEAST_SHARE) * (count / said.length));
      }
    }
    const domain = intent.slice(0, intent.indexOf('.'));
    const targets = alike.flatMap(({ target }) => target?.domains ?? []);
    actions.push({
      intent,
      domain,
      sentences,
      targets: new Set(targets.length > 0 ? [...targets, domain] : []),
    });
  }

  const skipped = new Set(rules.skipWords.get(language)?.flatMap(foldedWords));
  const positions = new Map(actions.map(({ intent }, index) => [intent, index]));
  const { implications, cautions } = knowledgeOf(language);
  for (const { words, actions: implied } of implications) {
    for (const [order, intent] of implied.entries()) {
      const index = positions.get(intent);
      if (index === undefined) continue;
      for (const word of words) tell(word, index, IMPLIED.first - IMPLIED.less * order);
    }
  }
  const { places, joiners } = cautions;
  const links = (word: string): boolean => word.length === 1 || places.has(word) || joiners.has(word);
  const evidence = new Map<string, readonly Evidence[]>();
  for (const [word, byAction] of shares) {
    const telling = skipped.has(word) ? 0 : links(word) ? LINKING_WORD : 1;
    const rarity = telling * Math.log(1 + actions.length / byAction.size);
    evidence.set(
      word,
      [...byAction].map(([action, share]) => ({ action, weight: share * rarity })),
    );
  }
  return { actions, evidence };
}

function sentencesOf(rule: SentenceRule, context: TemplateContext): readonly ReadonlySet<string>[] {
  return rule.sentences
    .filter(({ language }) => language === context.language)
    .map(({ template, vocabulary }) => wordsOfTemplate(template, { ...context, ...vocabulary }));
}

function countsOf(sentences: readonly ReadonlySet<string>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const words of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

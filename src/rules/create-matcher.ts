import { setImmediate as otherWork } from 'node:timers/promises';
import type { Language, Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { plainWords } from '../language/plain-words.ts';
import { apartFromReason } from '../language/reasons.ts';
import { toWords, type Word } from '../language/words.ts';
import type { Area, Home } from '../lexicon/home.ts';
import { exampleTexts } from './example-texts.ts';
import type { Match, Matcher } from './matcher.ts';
import { agreeing, mayBeMended, mendedCandidates, withMended } from './mended-candidate.ts';
import { createMending, type Mending } from './mending.ts';
import { createPatternCandidates } from './pattern-candidate.ts';
import { createPatternSearch, literalText } from './pattern-search.ts';
import { type Candidate, rankReadings } from './ranking.ts';
import type { Rules } from './rules.ts';
import { searchSentences } from './search.ts';
import { compileAutomaton, type SentenceAutomaton } from './sentence-automaton.ts';
import { sentenceCandidates } from './sentence-candidate.ts';
import { createSpokenText, type SpokenText } from './spoken-text.ts';

/** Words: nobody explains an order at such length, and what is long shall not take long. */
const LONGEST_WITH_ASIDES = 30;

/**
 * States made before the first text, the nearest to the start. What lies further is made by the examples that are read at
 * loading: of all states that far, few are ever reached.
 */
const WARM_STATES = 30_000;

/** Milliseconds for which nobody else gets the processor while it warms up. */
const LONGEST_STRETCH_MS = 10;

/**
 * Compiles rules for a home, for all languages they have.
 *
 * An utterance goes down these steps, each in every language that it may be in:
 *
 *     heard    `readSentences`  the words as they came
 *            + `readPatterns`   beside these, the regular expressions
 *     essence  `readEssence`    nothing fits: without asides and reasons; where that is not enough, the slips mended
 *     mended   `readMended`     only what may be a slip fits: its mended readings beside it
 *     meant    `meantBy`        without the orders where it only tells or asks
 *     ranked   `rankReadings`   best first
 *
 * An utterance in a language that no sentence speaks is read by the default language's sentences, then by the
 * English ones: a wrong tag is likelier than a language nobody wrote rules for.
 *
 * The first sentences that it reads are slow: see `warmUp`.
 */
export function createMatcher({
  rules,
  home,
  defaultLanguage = 'pl',
}: {
  rules: Rules;
  home: Home;
  defaultLanguage?: Language;
}): Matcher {
  const automata = new Map<Language, SentenceAutomaton>();
  const mendings = new Map<Language, Mending>();
  for (const language of rules.languages) {
    const automaton = compileAutomaton({ rules, home, language });
    automata.set(language, automaton);
    mendings.set(language, createMending(automaton, { rules, home, language }));
  }
  const searchPatterns = createPatternSearch(rules);
  const patternCandidate = createPatternCandidates({ home, rules });

  function languagesFor(language: Language): readonly Language[] {
    return automata.has(language) || automata.size === 0 ? [language] : [...new Set([defaultLanguage, 'en'])];
  }

  function contextOf(utterance: Utterance, spoken: SpokenText, room: Area | undefined) {
    const singleThings = rules.singleThings.get(utterance.language);
    return { utterance, spoken, home, room: room?.id, ...(singleThings && { singleThings }) };
  }

  function readSentences(utterance: Utterance, words: readonly Word[], room: Area | undefined): Candidate[] {
    const automaton = automata.get(utterance.language);
    if (!automaton) return [];
    const { spaced } = automaton;
    const spoken = createSpokenText(utterance.text, { words, spaced });
    const context = contextOf(utterance, spoken, room);
    return searchSentences(automaton, spoken).flatMap((reading) => sentenceCandidates(reading, context));
  }

  /** As `readSentences`, with the slips mended. */
  function readMended(
    utterance: Utterance,
    words: readonly Word[],
    room: Area | undefined,
  ): readonly Candidate[] {
    const automaton = automata.get(utterance.language);
    const mend = mendings.get(utterance.language);
    if (!automaton || !mend) return [];
    return agreeing(
      mend(utterance.text, words).map(({ spoken, mendsIn }) => {
        const context = contextOf(utterance, spoken, room);
        const candidates = searchSentences(automaton, spoken).flatMap((reading) =>
          mendedCandidates(sentenceCandidates(reading, context), mendsIn(reading)),
        );
        return meantBy({ text: spoken.text, language: utterance.language }, candidates);
      }),
    );
  }

  /** Where nothing fits as heard: what was said beside the order is left out, and if that is not enough slips are mended. */
  function readEssence(
    utterance: Utterance,
    words: readonly Word[],
    room: Area | undefined,
  ): readonly Candidate[] {
    const knowledge = knowledgeOf(utterance.language);
    const isShort = words.length <= LONGEST_WITH_ASIDES;
    const plain = isShort ? plainWords(words, knowledge) : words;
    const { order, reason } = (isShort && apartFromReason(plain, knowledge)) || { order: plain, reason: [] };
    const read = order.length < words.length ? readSentences(utterance, order, room) : [];
    const candidates = read.length > 0 ? read : readMended(utterance, order, room);
    return candidates.length > 0 && holdsOrder(utterance, reason, room) ? [] : candidates;
  }

  /** What is an order of its own, in whichever part of it, is no reason for another. */
  function holdsOrder(utterance: Utterance, reason: readonly Word[], room: Area | undefined): boolean {
    return reason.some((_, at) =>
      readSentences(utterance, reason.slice(at), room).some(({ match: { kind } }) => kind === 'action'),
    );
  }

  function readPatterns(inLanguages: readonly Utterance[], words: readonly Word[]): Candidate[] {
    const text = inLanguages[0]?.text ?? '';
    const languages = inLanguages.map(({ language }) => language);
    const readings = searchPatterns(text, languages);
    if (readings.length === 0) return [];
    const spoken = createSpokenText(text, { words });
    return readings.flatMap((reading) => patternCandidate(reading, { spoken, languages }) ?? []);
  }

  const meant: Matcher['meant'] = ({ text, language }) => {
    const words = toWords(text);
    const [spoken = language] = languagesFor(language);
    return (mendings.get(spoken)?.(text, words) ?? []).map((mended) => mended.meant);
  };

  const read = (
    utterance: Utterance,
    { asHeard = false }: NonNullable<Parameters<Matcher>[1]> = {},
  ): readonly Match[] => {
    const words = toWords(utterance.text);
    const room = utterance.room === undefined ? undefined : home.areaOfRoom(utterance.room);
    const inLanguages = languagesFor(utterance.language).map((language) => ({ ...utterance, language }));
    const firstRead = (read: typeof readMended): readonly Candidate[] => {
      for (const reading of inLanguages) {
        const candidates = read(reading, words, room);
        if (candidates.length > 0) return candidates;
      }
      return [];
    };
    const heard = [...firstRead(readSentences), ...readPatterns(inLanguages, words)];
    const otherwise = heard.length === 0 ? readEssence : readMended;
    const candidates = !asHeard && mayBeMended(heard) ? withMended(heard, firstRead(otherwise)) : heard;
    const ordered = inLanguages.reduce((left, reading) => meantBy(reading, left), candidates);
    return rankReadings(ordered, { home, room });
  };
  return Object.assign(read, { meant, warmUp });

  async function warmUp(): Promise<void> {
    let started = performance.now();
    for (const utterance of examples()) {
      read(utterance);
      if (performance.now() - started < LONGEST_STRETCH_MS) continue;
      await otherWork();
      started = performance.now();
    }
  }

  function* examples(): Generator<Utterance> {
    for (const [language, automaton] of automata) {
      automaton.states.unfold(WARM_STATES);
      for (const [index, text] of exampleTexts(automaton.sentences, { rules, home }).entries()) {
        const room = home.areas[index % (home.areas.length + 1)];
        yield { text, language, ...(room && { room: room.id }) };
      }
    }
    for (const rule of rules.rules) {
      if (rule.form === 'pattern') {
        yield { text: literalText(rule.pattern), language: rule.language ?? defaultLanguage };
      }
    }
  }
}

/** Without the orders where none was given. */
function meantBy(
  { text, language }: Pick<Utterance, 'text' | 'language'>,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  if (!knowledgeOf(language).isNoOrder(text)) return candidates;
  return candidates.filter(({ match: { kind } }) => kind === 'query');
}

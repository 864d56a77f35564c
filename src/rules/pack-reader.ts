import type { DocumentPath, LocatedDocument, Mistake } from '../documents/located-yaml.ts';
import { assertNever } from '../intent/assert-never.ts';
import type { Slots } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import { PACK_ACTIONS } from './pack-actions.ts';
import { type Combination, isAboutHere } from './pack-combination.ts';
import { readTerms } from './pack-context.ts';
import type { PackBlockContent, PackListContent, PackVocabularyContent } from './pack-schema.ts';
import { parseTemplate } from './parse-template.ts';
import { BUILT_IN_LISTS, type ListDefinition, type SentenceRule, type Vocabulary } from './rules.ts';
import { sizeMistake } from './sentence-network.ts';
import type { Template } from './template.ts';
import { createReferenceCheck, type ReferenceCheck } from './unknown-references.ts';
import { slotsOf } from './walk-template.ts';

/** Reads the parts of one file of a pack. */
interface PackReader {
  vocabulary(content: PackVocabularyContent, path: DocumentPath): Vocabulary;
  block(content: PackBlockContent, where: BlockPlace): SentenceRule;
}

interface BlockPlace {
  readonly intent: string;
  readonly path: DocumentPath;
  readonly language: Language;
  /** What the whole pack says. */
  readonly shared: CheckedVocabulary;
  /** Absent where the block says itself where its sentences hold. */
  readonly combination?: Combination;
}

/** What is found while a pack is read. */
export interface Findings {
  readonly mistakes: Mistake[];
  /** What is no mistake of the pack's, and not understood here all the same. */
  readonly leftOut: Mistake[];
}

/** @param findings are added to */
export function createPackReader(document: LocatedDocument, { mistakes, leftOut }: Findings): PackReader {
  const parse = (text: string, path: DocumentPath): Template => {
    const parsed = parseTemplate(text, { mayBeEmpty: true });
    for (const { message, offset } of parsed.mistakes) mistakes.push(document.mistake(path, message, offset));
    return parsed.template;
  };

  function vocabulary(
    { lists, expansion_rules: expansions }: PackVocabularyContent,
    path: DocumentPath,
  ): Vocabulary {
    return {
      lists: new Map(
        Object.entries(lists ?? {}).map(([name, list]) => [
          name,
          listOf(list, (text, index) => parse(text, [...path, 'lists', name, 'values', index, 'in'])),
        ]),
      ),
      expansions: new Map(
        Object.entries(expansions ?? {}).map(([name, text]) => [
          name,
          parse(text, [...path, 'expansion_rules', name]),
        ]),
      ),
    };
  }

  /** The domains that things called by a name have to be of; `unknown` where only `intents.yaml` could tell. */
  function nameDomains(
    { name_domains: domains }: PackBlockContent,
    { combination, path }: BlockPlace,
  ): readonly string[] | 'unknown' | undefined {
    if (typeof domains !== 'string') return domains ?? undefined;
    const groups = combination?.said?.groups;
    if (groups && Object.hasOwn(groups, domains)) return groups[domains];
    const at = [...path, 'name_domains'];
    if (groups || !combination) {
      const known = Object.keys(groups ?? {}).join(', ') || 'none';
      const message = `there is no group of domains "${domains}" for these sentences; expected one of ${known}`;
      mistakes.push(document.mistake(at, message));
    } else {
      const message = `left out, as nothing tells what the group of domains "${domains}" is: an "intents.yaml" beside the folder "sentences"`;
      leftOut.push(document.mistake(at, message));
    }
    return 'unknown';
  }

  function block(content: PackBlockContent, place: BlockPlace): SentenceRule {
    const { intent, path, shared, language, combination } = place;
    const hasOwn = content.lists || content.expansion_rules;
    const used = hasOwn ? checked(extended(shared, vocabulary(content, path))) : shared;
    const sentences = content.sentences.flatMap((text, index) => {
      const at = [...path, 'sentences', index];
      const before = mistakes.length;
      const template = parse(text, at);
      if (mistakes.length > before) return [];
      const found = used.check(template);
      if (found.length > 0 && combination && !combination.hasShared) {
        const message = `left out, as ${found[0]?.message}, nor "lists" and "rules" beside the folder "sentences"`;
        leftOut.push(document.mistake(at, message, found[0]?.offset));
        return [];
      }
      for (const { message, offset } of found) mistakes.push(document.mistake(at, message, offset));
      const tooLarge = found.length === 0 && sizeMistake(template, used.expansions);
      if (tooLarge) mistakes.push(document.mistake(at, tooLarge));
      return [{ language, text, template, vocabulary: used }];
    });
    const { response, inferred_domain: inferred } = content;
    const group = nameDomains(content, place);
    const domains = group === 'unknown' ? undefined : group;
    const slots = { ...content.slots, ...(inferred && !domains && { domain: inferred }) };
    const isHere =
      combination &&
      isAboutHere(combination, {
        domain: inferred ?? undefined,
        slots: new Set(sentences.flatMap(({ template }) => [...slotsOf(template, used.expansions).slots])),
      });
    return {
      form: 'sentences',
      action: intent,
      kind: PACK_ACTIONS[intent]?.kind ?? 'action',
      slots: {},
      responses: {},
      // Without its domains it would be about whatever has a name.
      sentences: group === 'unknown' ? [] : sentences,
      pack: {
        intent,
        slots: filled(slots),
        requires: readTerms({
          ...content.requires_context,
          ...(domains && { domain: domains }),
          ...(isHere && { area: { slot: true } }),
        }),
        excludes: readTerms(content.excludes_context ?? {}),
        ...(response && { response }),
      },
    };
  }

  return { vocabulary, block };
}

/** Slots that are named without a value say nothing. */
function filled(slots: Readonly<Record<string, Slots[string] | null>>): Slots {
  return Object.fromEntries(
    Object.entries(slots).flatMap(([slot, value]) => (value === null ? [] : [[slot, value]])),
  );
}

/** A vocabulary with the check that templates name only what is in it. */
export interface CheckedVocabulary extends Vocabulary {
  readonly check: ReferenceCheck;
}

export function checked(vocabulary: Vocabulary): CheckedVocabulary {
  return { ...vocabulary, check: createReferenceCheck(vocabulary, BUILT_IN_LISTS) };
}

/** What a part says itself goes before what is said for all. */
export function extended(all: Vocabulary, own: Vocabulary): Vocabulary {
  return {
    lists: new Map([...all.lists, ...own.lists]),
    expansions: new Map([...all.expansions, ...own.expansions]),
  };
}

const FRACTIONS = { halves: 0.5, tenths: 0.1 } as const;

function listOf(list: PackListContent, parse: (text: string, index: number) => Template): ListDefinition {
  switch (list.kind) {
    case 'wildcard':
      return { kind: 'wildcard' };
    case 'range': {
      const { from, to, step = 1, fractions, multiplier = 1 } = list.range;
      return {
        kind: 'range',
        range: { from, to, step: fractions ? FRACTIONS[fractions] : step, multiplier },
      };
    }
    case 'values':
      return {
        kind: 'values',
        values: list.values.map(({ in: said, out, context }, index) => ({
          said: { '*': parse(said, index) },
          value: out,
          ...(context && { context }),
        })),
      };
    default:
      return assertNever(list);
  }
}

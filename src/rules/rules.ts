import type { Slots } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import type { ContextTerms } from './pack-context.ts';
import type { SingleThings } from './single-things.ts';
import type { Range, Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/**
 * Where a rule's thing is looked for, when no name says which one:
 * - `room`: in the room that was named, else in the one where it was said;
 * - `home`: there too, but anywhere in the home when the room has none: there is one vacuum cleaner for all rooms;
 * - `all`: everywhere at once.
 */
type Scope = 'room' | 'home' | 'all';

/** A kind of things. */
export interface ThingKind {
  readonly domains: readonly string[];
  readonly deviceClasses?: readonly string[];
}

/** The things a rule is about. */
export interface RuleTarget extends ThingKind {
  readonly scope: Scope;
  /** What stands in, in this order, where there are none of the kind: a thermostat for a thermometer. */
  readonly otherwise?: readonly ThingKind[];
}

interface RuleBase {
  /** A Home Assistant action; for a query what is asked. */
  readonly action: string;
  readonly kind: 'action' | 'query';
  /** Absent for what has no target in the home: the time. */
  readonly target?: RuleTarget;
  /** Slots that this rule always fills. */
  readonly slots: Slots;
  /** 0–1: its readings with less confidence count as none; absent: the configured one decides. */
  readonly threshold?: number;
  /** True: what it says is answered without a model in a mode that saves money. */
  readonly isUncritical?: true;
  /** What to say, by language; `{slot}` stands for a slot's value. */
  readonly responses: Readonly<Record<string, string>>;
}

export interface Sentence {
  readonly language: Language;
  /** As written. */
  readonly text: string;
  readonly template: Template;
  /** Where its lists and rules are looked up; absent: where those of all rules are. */
  readonly vocabulary?: Vocabulary;
}

/** A rule in sentence templates. */
export interface SentenceRule extends RuleBase {
  readonly form: 'sentences';
  readonly sentences: readonly Sentence[];
  /** The slot that may list several: each becomes an action of its own. */
  readonly oneEach?: string;
  /** True: it counts only where nothing else was said with it but courtesies. */
  readonly isAlone?: true;
  /** True: it counts only with a time at which it shall be done. */
  readonly isTimed?: true;
  /** Where it comes from a sentence pack, whose intents are looked up in `PACK_ACTIONS`. */
  readonly pack?: PackBlock;
}

/** A block of sentences of a pack, with what the pack says about it. */
export interface PackBlock {
  readonly intent: string;
  /** Slots that the block always fills. */
  readonly slots: Slots;
  readonly requires: ContextTerms;
  readonly excludes: ContextTerms;
  /** The name of the pack's own response. */
  readonly response?: string;
}

/** A rule in a regular expression, which has to fit the whole folded text. */
export interface PatternRule extends RuleBase {
  readonly form: 'pattern';
  readonly pattern: string;
  /** Absent: for every language. */
  readonly language?: Language;
}

export type Rule = SentenceRule | PatternRule;

/** One value of a list, said in any of these ways. */
export interface ListValue {
  /** What is said, by language; `*` for all. */
  readonly said: Readonly<Record<string, Template>>;
  readonly value: Slots[string];
  /** What the value says beside itself, for rules that ask for it. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Where the lists and rules that a sentence names are looked up. */
export interface Vocabulary {
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly expansions: Expansions;
}

/** What a `{list}` of the file takes. */
export type ListDefinition =
  | { readonly kind: 'values'; readonly values: readonly ListValue[] }
  | { readonly kind: 'range'; readonly range: Range }
  /** Any words, quoted as they were said; at most so many, and no second order among them, where it says how many. */
  | { readonly kind: 'wildcard'; readonly words?: number };

/** Everything an intents file says. */
export interface Rules {
  /** Changes with anything in the files that they were read from. */
  readonly fingerprint: string;
  readonly rules: readonly Rule[];
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly expansions: ReadonlyMap<Language, Expansions>;
  /** Words and phrases that may stand anywhere and mean nothing: "proszę". */
  readonly skipWords: ReadonlyMap<Language, readonly string[]>;
  /** Words for one thing of a kind that a room may have several of: "lampkę". */
  readonly singleThings: SingleThings;
  /** Languages that are written without spaces. */
  readonly unspaced: ReadonlySet<Language>;
  /** Languages that have sentences. */
  readonly languages: ReadonlySet<Language>;
}

/** Lists that every file has: names of the home, and lengths of time. */
export const BUILT_IN_LISTS: ReadonlySet<string> = new Set(['area', 'floor', 'name', 'duration']);

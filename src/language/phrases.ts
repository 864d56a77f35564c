import type { Weekday } from './time-pieces.ts';
import type { TimeTrouble } from './when-said.ts';

/** When something will be done, as it is told. */
export interface SpokenMoment {
  /** `21:00`, with seconds where they count. */
  readonly time: string;
  /** Days from today: 1 is tomorrow. */
  readonly days: number;
  readonly weekday: Weekday;
  /** The days of the week on which it comes again; absent: it does not. */
  readonly repeat?: readonly Weekday[];
  /** Only in so many weeks, or days where it is every day of the week. */
  readonly every?: number;
}

/** What is said back, in one language, where no rule has an answer of its own. */
export interface Phrases {
  /** Nothing fits. */
  readonly unclear: string;
  /** This home has no such thing. @param where "w łazience"; @param thing of `thing` */
  unavailable(where: string, thing: string): string;
  /** There is no such thing by that name. @param where "w łazience" */
  noSuchName(where: string, name: string): string;
  /** Several rooms would do. @param rooms their names */
  whichRoom(rooms: readonly string[]): string;
  /** Several things would do. @param names what they are called; @param word what was said for one of them: "lampkę" */
  whichOne(names: readonly string[], word?: string): string;
  /** More things would do than anybody can be told. @param names some of them */
  whichOfMany(count: number, names: readonly string[]): string;
  /** What policy wants a yes for. @param deeds what is done to what: `lock.unlock` to "zamek drzwi, brama" */
  confirm(deeds: readonly { readonly intent: string; readonly what: string }[]): string;
  /** A no was heard, or that it does not matter any more. */
  readonly dropped: string;
  /** A yes or a no was heard, and nothing is waited for. */
  readonly nothingAsked: string;
  /** An answer would be needed and cannot be taken in. */
  readonly cannotAsk: string;
  /** A yes would be needed, and nobody knows from where it would have to come. */
  readonly cannotAskThere: string;
  /** What policy forbids. */
  deny(what: string): string;
  /** What policy forbids to be told. */
  denyQuery(what: string): string;
  /** Of several things that were asked for in one breath policy forbids some, so that none is done. */
  denyAll(what: string): string;
  /** Something is done, where its rule says nothing of its own. */
  readonly done: string;
  /** Something could not be done, and will not be. */
  readonly notDone: string;
  /** Nobody has told whether something was done. */
  readonly unheard: string;
  /** What was to be done later is not. */
  readonly calledOff: string;
  /** What was done is undone. */
  readonly putBack: string;
  /** What was done cannot be undone: nobody knows how it was before. */
  readonly cannotUndo: string;
  /** Somebody took something back that is still to come, and it is not called off. */
  readonly staysPlanned: string;
  /** What is done later. @param what what is said of each thing where it is done at once: "Gaszę światło." */
  later(when: SpokenMoment, what: readonly string[]): string;
  /** What is ended later. @param what as it is said without an end */
  until(when: SpokenMoment, what: string): string;
  /** What is done to all but to some. @param what as it is said of all; @param names as they were said */
  except(what: string, names: readonly string[]): string;
  /** Of several things one was not understood, so that none is done. */
  partly(understood: readonly string[], not: string): string;
  /** Something was to be done and something to be told, in one breath. */
  readonly orderAndQuestion: string;
  /** Several different things were to be told, in one breath. */
  readonly oneQuestion: string;
  /** Why nobody can tell when something was to be done, or how it would end. */
  readonly timeTrouble: Readonly<Record<TimeTrouble | 'scope' | 'lasting', string>>;
  /** Where, when the home does not say how to put it. @param words the room as it was said; absent: here */
  place(words: string | undefined): string;
  readonly wholeHome: string;
  /** What everything of a kind in the home is called: "cały dom". */
  readonly everywhere: string;
  /** A number as the language writes it: `21,5`. */
  number(value: number): string;
  /** An answer with what it counts in the form that the number asks for: `22 stopnie`. */
  counted(text: string): string;
  /** Things of a domain, as they stand after "there are no". @param key `cover`, or `cover.garage` with its device class */
  thing(key: string): string;
}

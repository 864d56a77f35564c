import { expect, test } from 'vitest';
import { createLazyAutomaton, DEAD } from '../../../src/rules/lazy-automaton.ts';
import { parseTemplate } from '../../../src/rules/parse-template.ts';
import { createSentenceNetwork } from '../../../src/rules/sentence-network.ts';

function automatonOf(sentences: readonly string[], maxStates = 1000) {
  const network = createSentenceNetwork();
  const begins = sentences.map((text, id) =>
    network.add(parseTemplate(text).template, { id, expansions: new Map(), symbolOf: () => 0 }),
  );
  const states = createLazyAutomaton(network, { begins, maxStates });
  const run = (text: string) => {
    let state = states.start();
    for (const character of ` ${text}`)
      state = states.step(state, network.alphabet.get(character.charCodeAt(0)) ?? 0);
    return { state, ends: states.ends(state), edges: states.listEdges(state) };
  };
  return { states, run };
}

test('one state stands for all sentences that the same words lead to', () => {
  const { run } = automatonOf(['a (b|c)', 'a b', 'a [b] c']);
  expect(run('a b').ends).toEqual([0, 1]);
  expect(run('a c').ends).toEqual([0, 2]);
  expect(run('a b c').ends).toEqual([2]);
  expect(run('a').ends).toEqual([]);
  expect(run('a x').state).toBe(DEAD);
});

test('a list is one way on, whatever it takes', () => {
  const { run } = automatonOf(['a {x} b', 'a {x} c']);
  expect(run('a ').edges).toHaveLength(1);
});

test('unfolding makes all states there are, and the same answers', () => {
  const { states, run } = automatonOf(['(a|b) [c] (d;e)']);
  states.unfold(1000);
  const count = states.size();
  expect(run('b c e d').ends).toEqual([0]);
  expect(states.size()).toBe(count);
});

test('too many states are dropped, and made again', () => {
  const { states, run } = automatonOf(['abcdefgh'], 5);
  expect(run('abcdefgh').ends).toEqual([0]);
  expect(states.size()).toBeGreaterThan(5);
  states.trim();
  expect(states.size()).toBeLessThan(5);
  expect(run('abcdefgh').ends).toEqual([0]);
});

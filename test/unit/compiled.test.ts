import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compiled } from '../../src/compiled.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readHome } from '../../src/lexicon/home-document.ts';
import { readRules } from '../../src/rules/load-rules.ts';
import { loadKnowledge } from '../../src/understanding.ts';

const RULES = `intents:
  - action: light.turn_on
    target: light
    sentences: { pl: [zapal światło] }
`;
const HOME =
  'areas: [{ id: salon, name: salon }]\nentities: [{ id: light.kinkiet, name: kinkiet, area: salon }]\n';
const sources = ({ rules = RULES, home = HOME, defaultLanguage = 'pl' } = {}) => ({
  rules: readRules(rules, 'intents.yaml'),
  home: readHome(home, 'home.yaml'),
  defaultLanguage,
});

describe('what was compiled', () => {
  test('is not compiled again for the same rules and a home of which the same is said', async () => {
    const first = compiled(sources());
    expect(compiled(sources())).toBe(first);
    expect(first.shortlist()).toBe(first.shortlist());
    const warmth = first.warmUp();
    expect(first.warmUp()).toBe(warmth);
    await warmth;
  });

  test.for([
    { rules: RULES.replace('zapal', 'włącz') },
    { home: HOME.replaceAll('kinkiet', 'lampka') },
    { home: HOME.replace(', area: salon', '') },
    { home: HOME.replace('area: salon', 'area: salon, forms: [kinkietowi]') },
    { defaultLanguage: 'en' },
  ])('is of no use for %o', (changed) => {
    const before = compiled(sources());
    const now = compiled(sources(changed));
    expect(now.match).not.toBe(before.match);
    expect(now.shortlist()).not.toBe(before.shortlist());
    expect(compiled(sources(changed))).toBe(now);
  });

  test('understands by the rules and the home that it was asked for last', () => {
    const said = { text: 'włącz światło', language: 'pl', room: 'salon' };
    expect(compiled(sources()).match(said)).toEqual([]);
    const changed = sources({ rules: RULES.replace('zapal', 'włącz') });
    expect(compiled(changed).match(said)).toMatchObject([{ action: 'light.turn_on' }]);
    expect(compiled(sources()).match(said)).toEqual([]);
  });
});

test('whoever loads the same knowledge again finds it compiled', async () => {
  const config = await loadConfig({ LLM_INTENT_CONFIG: join(import.meta.dirname, '../../config') });
  const [one, other] = [await loadKnowledge(config), await loadKnowledge(config)];
  expect(other.match).toBe(one.match);
  expect(other.shortlist()).toBe(one.shortlist());
});

test('a file of rules that is as it was is not read again, and one that changed is', () => {
  const rules = readRules(RULES, 'intents.yaml');
  expect(readRules(RULES, 'intents.yaml')).toBe(rules);
  expect(readRules(`${RULES}# a remark\n`, 'intents.yaml').fingerprint).not.toBe(rules.fingerprint);
  expect(readRules(RULES, 'intents.yaml').fingerprint).toBe(rules.fingerprint);
});

test('mistakes are told each time, in the name of the file that holds them', () => {
  const broken = RULES.replace('intents:', 'intentions:');
  for (const file of ['one.yaml', 'one.yaml', 'other.yaml']) {
    expect(() => readRules(broken, file)).toThrow(`${file}:1:1: there is no field "intentions" here`);
  }
});

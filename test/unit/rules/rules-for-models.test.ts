import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { catalogueOf } from '../../../src/rules/catalogue.ts';
import { loadPacks } from '../../../src/rules/load-packs.ts';
import { readRules } from '../../../src/rules/load-rules.ts';
import type { Rules } from '../../../src/rules/rules.ts';
import { heardRules, localRules } from '../../../src/rules/rules-for-models.ts';
import { createShortlist } from '../../../src/shortlist/create-shortlist.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const home = readHome(
  `areas: [{ id: flur, name: Flur }]
entities:
  - { id: light.flur, name: Deckenlampe, area: flur }
  - { id: lock.tuer, name: Haustür, area: flur }
`,
  'home.yaml',
);

const local = readRules(
  `intents:
  - { action: light.turn_on, target: light, sentences: { pl: [zapal światło] } }
  - { action: lock.unlock, target: lock, sentences: { pl: [otwórz zamek] } }
`,
  'intents.yaml',
);

/** What a pack of each language says, behind the rules of our own. */
async function withPacks(packs: Readonly<Record<string, string>>): Promise<Rules> {
  const root = await temporaryFolder();
  for (const [language, intents] of Object.entries(packs)) {
    mkdirSync(join(root, language));
    writeFileSync(join(root, language, 'all.yaml'), `language: ${language}\n${intents}`);
  }
  return (
    await loadPacks(
      local,
      Object.keys(packs).map((language) => join(root, language)),
    )
  ).rules;
}

const GERMAN = `expansion_rules: { an: "(ein|an)" }
intents:
  HassTurnOn:
    data:
      - { sentences: ["schalte das Licht <an>"], slots: { domain: light } }
      - { sentences: ["verriegle {name}"], requires_context: { domain: [lock] } }
  HassGetCurrentTime: { data: [{ sentences: ["wie spät ist es"] }] }
`;
const POLISH =
  'intents: { HassTurnOn: { data: [{ sentences: ["uruchom {name}"] }] }, HassMediaNext: { data: [{ sentences: [dalej] }] } }\n';

test('a model is asked about actions that policy knows, and never about intents of a pack', async () => {
  const rules = await withPacks({ de: GERMAN, pl: POLISH });
  expect([...catalogueOf(localRules(rules)).keys()]).toEqual(['light.turn_on', 'lock.unlock']);
  const shortlist = createShortlist({ home, rules: heardRules(rules), languages: ['pl', 'de'] });
  const said = ['uruchom światło', 'dalej', 'schalte das Licht an', 'verriegle die Haustür', 'otwórz zamek'];
  const intents = said.flatMap((text) =>
    ['pl', 'de'].flatMap((language) => shortlist({ text, language }).map(({ intent }) => intent)),
  );
  expect(intents.length).toBeGreaterThan(0);
  expect(intents.filter((intent) => !intent.includes('.'))).toEqual([]);
});

test('a language that only a pack has sentences in is heard by these', async () => {
  const rules = heardRules(await withPacks({ de: GERMAN }));
  const shortlist = createShortlist({ home, rules, languages: ['pl', 'de'] });
  const best = (text: string) => shortlist({ text, language: 'de' })[0];
  expect(best('mach ein Licht an')).toMatchObject({ intent: 'light.turn_on', domain: 'light' });
  expect(best('verriegle die Haustür')).toMatchObject({ intent: 'lock.lock', entity_id: 'lock.tuer' });
  expect(best('wie spät')).toMatchObject({ intent: 'time.get' });
});

test('a language with sentences of our own is heard by these alone', async () => {
  const rules = await withPacks({ pl: POLISH });
  expect(heardRules(rules).rules).toEqual(local.rules);
});

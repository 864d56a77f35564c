import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { BUILT_IN_PROMPTS } from '../../../src/llm/prompts.ts';
import { circumstancesOf } from '../../../src/model-path/circumstances.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const folder = join(import.meta.dirname, '../../../config');
const RULES = `intents:
  - action: light.turn_on
    target: light
    sentences: { pl: [zapal światło] }
    response: { pl: Zapalam. }
`;
const HOME =
  'areas: [{ id: salon, name: salon }]\nentities: [{ id: light.kinkiet, name: kinkiet, area: salon }]\n';

interface Given {
  readonly rules?: string;
  readonly home?: string;
  readonly address?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function circumstances({
  rules = RULES,
  home = HOME,
  address = 'http://one.test/v1',
  environment = {},
}: Given = {}): Promise<string> {
  const config = await loadConfig({ LLM_INTENT_CONFIG: folder, ...environment });
  const account = { name: '', baseUrl: address, weight: 1 };
  const choice = {
    kind: 'openai wire',
    provider: 'local',
    model: 'm',
    accounts: [account],
    isRemote: false,
  } as const;
  const knowledge = {
    rules: readRules(rules, 'intents.yaml'),
    home: readHome(home, 'home.yaml'),
    arm: { weight: 1, choices: [choice], prompts: BUILT_IN_PROMPTS },
    economy: [],
  };
  return JSON.stringify(circumstancesOf(knowledge, config));
}

test.for<[string, Given]>([
  ['what is said back', { rules: RULES.replace('Zapalam.', 'Już świeci.') }],
  ['a sentence by which readings are found', { rules: RULES.replace('światło', '(światło|lampę)') }],
  [
    'what an action needs',
    { rules: RULES.replace('zapal światło', '"zapal światło na {1..100:brightness_pct}"') },
  ],
  ['what a thing is called', { home: HOME.replace('name: kinkiet', 'name: lampka') }],
  ['the address of a model', { address: 'http://other.test/v1' }],
  ['how sure a model has to be', { environment: { LLM_INTENT_RECOGNITION__THRESHOLD: '0.7' } }],
])('answers are kept apart from those of a service that differs in %s', async ([, given]) => {
  expect(await circumstances(given)).not.toBe(await circumstances());
  expect(await circumstances(given)).toBe(await circumstances(given));
});

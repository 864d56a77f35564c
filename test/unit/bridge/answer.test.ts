import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAnswerer } from '../../../src/bridge/answer.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';

const CONFIG = join(import.meta.dirname, '../../../config');
/** What is answered without a look at the home. */
const OTHERS = ['timer.get_remaining', 'schedule.list', 'conversation.nevermind'];

test('has an answer to everything that the shipped rules let people ask, in both languages', async () => {
  const home = await loadHome(join(CONFIG, 'home.yaml'));
  const rules = await loadRules(join(CONFIG, 'intents.yaml'));
  const queries = rules.rules.filter(({ kind, action }) => kind === 'query' && !OTHERS.includes(action));
  const attributes = {
    temperature: 20,
    current_temperature: 19,
    humidity: 50,
    wind_speed: 12,
    pressure: 1000,
  };
  const states = Object.fromEntries(home.entities.map(({ id }) => [id, { state: '21', attributes }]));
  const answer = createAnswerer({
    home: () => home,
    zone: 'Europe/Warsaw',
    assistant: {
      states: () => states,
      call: async ({ action, entityIds: [id = ''] = [] }) =>
        action === 'weather.get_forecasts'
          ? { [id]: { forecast: [{ datetime: '2026-11-21T12:00:00Z', condition: 'sunny', temperature: 5 }] } }
          : { [id]: { items: [] } },
    },
  });
  const actions = new Set(queries.map(({ action }) => action));
  expect(actions.size).toBeGreaterThan(15);
  for (const intent of actions) {
    const domain = intent.slice(0, intent.indexOf('.'));
    const one = home.entities.find((entity) => entity.domain === domain);
    const entities = {
      ...(one && { entity_id: one.id }),
      ...(domain === 'weather' && { attribute: 'pressure' }),
    };
    for (const language of ['pl', 'en', 'de']) {
      const said = await answer({
        query: { intent, entities },
        language,
        now: Date.parse('2026-11-21T12:00:00Z'),
      });
      expect(said, intent).toMatch(/^\p{Lu}.*\.$/u);
      expect(said, intent).not.toMatch(/undefined|NaN|Tego nie wiem|I do not know/);
    }
  }
});

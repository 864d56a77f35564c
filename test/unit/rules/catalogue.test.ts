import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Catalogue } from '../../../src/intent/catalogue.ts';
import { catalogueOf } from '../../../src/rules/catalogue.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = catalogueOf(await loadRules(resolve(import.meta.dirname, '../../../config/intents.yaml')));
});

test('an action has the slots that its sentences fill, with what they take', () => {
  const light = catalogue.get('light.turn_on');
  expect(light?.kind).toBe('action');
  expect(light?.slots.get('brightness_pct')).toContainEqual({ kind: 'number', from: 0, to: 100 });
  expect(light?.slots.get('color_name')?.flatMap((slot) => ('values' in slot ? slot.values : []))).toContain(
    'red',
  );
  expect(light?.slots.has('area')).toBe(false);
});

test('a number is in the unit that is sent, not in the one that is said', () => {
  expect(catalogue.get('media_player.volume_set')?.slots.get('volume_level')).toContainEqual({
    kind: 'number',
    from: 0,
    to: 1,
  });
});

test('what every sentence of an action fills is needed', () => {
  expect(catalogue.get('todo.add_item')?.required).toEqual(new Set(['item']));
  expect(catalogue.get('light.turn_on')?.required).toEqual(new Set());
});

test('of slots that stand for each other one is needed', () => {
  const { required, requiredAny, slots } = catalogue.get('climate.set_temperature') ?? {};
  expect(required).toEqual(new Set());
  expect(requiredAny).toEqual(new Set(['temperature', 'temperature_step']));
  expect(slots?.get('temperature_step')).toContainEqual({ kind: 'number', from: -10, to: -0.5 });
  expect(catalogue.get('light.turn_on')?.requiredAny).toEqual(new Set());
});

test('a question is known as one', () => {
  expect(catalogue.get('climate.get_temperature')?.kind).toBe('query');
});

import { expect, test } from 'vitest';
import { areOpposite } from '../../../src/evaluation/direction.ts';
import type { Slots } from '../../../src/intent/recognition.ts';

const pointed = (intent: string, entities: Slots = {}) => ({ intent, entities });

test('a level at its least is the opposite of the same at its most, or of what goes all the way', () => {
  const position = (value: number) => pointed('cover.set_cover_position', { position: value });
  const brightness = (value: number) => pointed('light.turn_on', { brightness_pct: value });
  const volume = (value: number) => pointed('media_player.volume_set', { volume_level: value });
  expect(areOpposite(position(0), position(100))).toBe(true);
  expect(areOpposite(pointed('cover.close_cover'), position(100))).toBe(true);
  expect(areOpposite(position(0), pointed('cover.open_cover'))).toBe(true);
  expect(areOpposite(brightness(100), brightness(0))).toBe(true);
  expect(areOpposite(pointed('light.turn_on'), brightness(0))).toBe(true);
  expect(areOpposite(volume(1), pointed('media_player.volume_down'))).toBe(true);
});

test('levels in between, the same end and other kinds of things are no opposites', () => {
  const position = (value: number) => pointed('cover.set_cover_position', { position: value });
  expect(areOpposite(position(30), position(70))).toBe(false);
  expect(areOpposite(position(0), pointed('cover.close_cover'))).toBe(false);
  expect(areOpposite(position(50), pointed('cover.close_cover'))).toBe(false);
  expect(areOpposite(position(100), pointed('valve.close_valve'))).toBe(false);
});

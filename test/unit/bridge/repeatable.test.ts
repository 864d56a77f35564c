import { expect, test } from 'vitest';
import { isRepeatable } from '../../../src/bridge/repeatable.ts';

const repeats = (intent: string, entities = {}, isConfirmed = false): boolean =>
  isRepeatable({ intent, entities }, { isConfirmed });

test.each([
  'light.turn_on',
  'light.turn_off',
  'climate.set_temperature',
  'cover.close_cover',
  'lock.lock',
  'scene.turn_on',
])('%s may be done twice', (intent) => expect(repeats(intent)).toBe(true));

test.each([
  'light.toggle',
  'script.turn_on',
  'lock.unlock',
  'alarm_control_panel.alarm_disarm',
  'media_player.volume_up',
  'media_player.media_next_track',
  'todo.add_item',
  'button.press',
  'notify.anna',
  'something.new',
])('%s may be done once only', (intent) => expect(repeats(intent)).toBe(false));

test('what is counted from how it is now may be done once only', () => {
  expect(repeats('light.turn_on', { brightness_step_pct: 10 })).toBe(false);
  expect(repeats('light.turn_on', { brightness_step: 10 })).toBe(false);
  expect(repeats('climate.set_temperature', { temperature_step: -1 })).toBe(false);
});

test('what somebody said yes to may be done once only', () => {
  expect(repeats('cover.open_cover', {}, true)).toBe(false);
});

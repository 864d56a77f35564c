import type { Implication } from '../implications.ts';

export const englishImplications: readonly Implication[] = [
  { words: ['dark', 'gloomy', 'darkness'], actions: ['light.turn_on', 'cover.open_cover'] },
  {
    words: ['bright', 'glare', 'sun', 'blinding'],
    actions: ['cover.close_cover', 'light.turn_off', 'light.turn_on'],
  },
  {
    words: ['cold', 'freezing', 'chilly', 'frozen', 'shivering'],
    actions: ['climate.set_temperature', 'climate.turn_on', 'climate.set_hvac_mode', 'climate.turn_off'],
  },
  {
    words: ['hot', 'warm', 'boiling', 'sweating', 'sweltering'],
    actions: [
      'climate.set_temperature',
      'climate.turn_off',
      'climate.turn_on',
      'fan.turn_on',
      'climate.set_hvac_mode',
    ],
  },
  {
    words: ['stuffy', 'stinks', 'smells', 'humid', 'steam'],
    actions: ['fan.turn_on', 'climate.turn_on', 'climate.get_humidity'],
  },
  {
    words: ['loud', 'noisy', 'noise'],
    actions: ['media_player.volume_down', 'media_player.media_pause', 'media_player.volume_mute'],
  },
  { words: ['quiet', 'hear'], actions: ['media_player.volume_up', 'media_player.volume_down'] },
  { words: ['dirty', 'mess', 'crumbs', 'dusty', 'messy'], actions: ['vacuum.start'] },
  {
    words: ['sleep', 'bed', 'goodnight'],
    actions: ['light.turn_off', 'cover.close_cover', 'scene.turn_on', 'lock.lock'],
  },
  {
    words: ['leaving'],
    actions: ['alarm_control_panel.alarm_arm_away', 'lock.lock', 'light.turn_off', 'scene.turn_on'],
  },
  { words: ['umbrella', 'rain'], actions: ['weather.get_forecast', 'cover.close_cover'] },
];

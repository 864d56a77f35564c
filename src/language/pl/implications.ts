import type { Implication } from '../implications.ts';

export const polishImplications: readonly Implication[] = [
  {
    words: ['ciemno', 'ciemnosc', 'ciemnosci', 'polmrok', 'mrok', 'widze', 'widac'],
    actions: ['light.turn_on', 'cover.open_cover'],
  },
  {
    words: ['jasno', 'razi', 'oslepia', 'slonce', 'slonca'],
    actions: ['cover.close_cover', 'light.turn_off', 'light.turn_on'],
  },
  {
    words: ['zimno', 'chlodno', 'lodowato', 'marzne', 'zmarzlem', 'zmarzlam', 'zamarzam', 'ziab', 'mroz'],
    actions: ['climate.set_temperature', 'climate.turn_on', 'climate.set_hvac_mode', 'climate.turn_off'],
  },
  {
    words: ['goraco', 'cieplo', 'upal', 'parno', 'ukrop', 'poce', 'spocilem', 'spocilam', 'sauna'],
    actions: [
      'climate.set_temperature',
      'climate.turn_off',
      'climate.turn_on',
      'fan.turn_on',
      'climate.set_hvac_mode',
    ],
  },
  {
    words: [
      'duszno',
      'zaduch',
      'smierdzi',
      'smrod',
      'powietrze',
      'oddychac',
      'para',
      'wilgotno',
      'przewietrz',
      'wywietrz',
      'wietrzenie',
    ],
    actions: ['fan.turn_on', 'climate.turn_on', 'climate.get_humidity'],
  },
  {
    words: ['glosno', 'halas', 'halasuje', 'hucza', 'wrzeszczy'],
    actions: ['media_player.volume_down', 'media_player.media_pause', 'media_player.volume_mute'],
  },
  {
    words: ['cicho', 'slychac', 'slysze', 'doslysze'],
    actions: ['media_player.volume_up', 'media_player.volume_down'],
  },
  {
    words: ['brudno', 'balagan', 'kurz', 'kurzu', 'okruchy', 'nabrudzone', 'pylu', 'siersc', 'rozsypalo'],
    actions: ['vacuum.start'],
  },
  {
    words: ['spac', 'dobranoc', 'spanie', 'zasypiam'],
    actions: ['light.turn_off', 'cover.close_cover', 'scene.turn_on', 'lock.lock'],
  },
  {
    words: ['wychodze', 'wychodzimy', 'wyjezdzam', 'wyjezdzamy'],
    actions: ['alarm_control_panel.alarm_arm_away', 'lock.lock', 'light.turn_off', 'scene.turn_on'],
  },
  { words: ['parasol', 'deszcz', 'pada'], actions: ['weather.get_forecast', 'cover.close_cover'] },
];

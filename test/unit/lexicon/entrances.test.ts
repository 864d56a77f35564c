import { describe, expect, test } from 'vitest';
import { deviceClassNotices } from '../../../src/lexicon/device-classes.ts';
import { entranceNotices, mayBeEntrance } from '../../../src/lexicon/entrances.ts';
import { createHome, type Entity } from '../../../src/lexicon/home.ts';

function thing(id: string, name: string, deviceClass?: string): Entity {
  const domain = id.slice(0, id.indexOf('.'));
  return { id, domain, names: [name], ...(deviceClass !== undefined && { deviceClass }) };
}
const maybe = (entity: Entity, language = 'pl'): boolean => mayBeEntrance(entity, language);

describe('what may be a way in', () => {
  test('is a cover without a class that is called a gate, a door or a garage, in any form and language', () => {
    for (const name of [
      'brama',
      'Bramy garażowe',
      'drzwi na taras',
      'furtka',
      'garage',
      'Side Gate',
      'Doors',
    ])
      expect([name, maybe(thing('cover.x', name))]).toEqual([name, true]);
    expect(maybe(thing('cover.garage_door', 'numer dwa'))).toBe(true);
    for (const name of ['roleta', 'żaluzja w kuchni', 'left blind', 'markiza'])
      expect([name, maybe(thing('cover.x', name))]).toEqual([name, false]);
  });

  test('is no cover whose class tells, but one whose class is a slip', () => {
    expect(maybe(thing('cover.x', 'roleta w garażu', 'shutter'))).toBe(false);
    expect(maybe(thing('cover.x', 'brama', 'garag'))).toBe(true);
  });

  test('is any cover without a class where nobody knows what gates are called', () => {
    expect(maybe(thing('cover.x', 'Garagentor'), 'de')).toBe(true);
    expect(maybe(thing('cover.x', 'Rolladen', 'shutter'), 'de')).toBe(false);
  });

  test('is a relay that is called a gate, and none beside one', () => {
    expect(maybe(thing('switch.brama', 'przekaźnik'))).toBe(true);
    expect(maybe(thing('button.x', 'otwieranie bramy'))).toBe(true);
    expect(maybe(thing('switch.x', 'lampa przy bramie'))).toBe(false);
    expect(maybe(thing('switch.x', 'gniazdko garaż'))).toBe(false);
    expect(maybe(thing('light.x', 'brama'))).toBe(false);
  });

  test('is a cover of a class that Home Assistant does not have, and the operator is told', () => {
    const home = createHome({
      floors: [],
      areas: [],
      entities: [thing('cover.g', 'brama', 'garag'), thing('cover.s', 'roleta', 'shutter')],
    });
    expect(deviceClassNotices(home)).toEqual([
      expect.stringMatching(/^cover\.g: .* garag; did you mean garage\?$/),
    ]);
  });

  test('is told to the operator, as is every cover without a class', () => {
    const home = createHome({
      floors: [],
      areas: [],
      entities: [
        thing('cover.g', 'brama'),
        thing('cover.r', 'roleta'),
        thing('switch.brama', 'brama'),
        thing('cover.s', 'brama', 'gate'),
      ],
    });
    expect(entranceNotices(home, 'pl')).toEqual([
      expect.stringMatching(/^cover\.g has no device_class.*asks back/),
      expect.stringMatching(/^cover\.r has no device_class.*just done/),
      expect.stringMatching(/^switch\.brama is called like a way in: every order to it asks back/),
    ]);
  });
});

import type { Action } from '../intent/recognition.ts';
import type { Entity, Home } from './home.ts';

/** Every entity an action acts on, however it says where: by entity, by area, by floor, or all of its domain. */
export function entitiesTouched({ intent, entities: slots }: Action, home: Home): readonly Entity[] {
  const { entity_id: target, area, floor } = slots;
  if (target !== undefined && target !== 'all') {
    return [target].flat().flatMap((id) => home.entity(String(id)) ?? []);
  }
  const domain = intent.slice(0, intent.indexOf('.'));
  return home.entitiesOf({
    domains: [domain],
    ...(typeof area === 'string' && { area }),
    ...(typeof floor === 'string' && { floor }),
  });
}

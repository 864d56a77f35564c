import type { Slots } from '../intent/recognition.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Home } from '../lexicon/home.ts';
import type { SaidTarget } from './matcher.ts';
import type { Rules, RuleTarget } from './rules.ts';
import { resolveTarget } from './target.ts';

/** The slots that say where a reading is done; undefined where nothing tells, or there is nothing of the kind. */
export type ReadingTarget = (entry: ShortlistEntry) => Slots | undefined;

/** Says where a reading of the shortlist is done in the way a rule would: whoever understood it, the output is the same. */
export function createReadingTarget({ rules, home }: { rules: Rules; home: Home }): ReadingTarget {
  const targets = Map.groupBy(rules.rules, ({ action }) => action);

  function find({ intent, label, area, entity_id: entity }: ShortlistEntry): Slots | undefined {
    const alike = targets.get(intent);
    if (!alike) return undefined;
    const wanted = alike.flatMap(({ target, kind }) => (target ? [{ target, kind }] : []));
    if (wanted.length === 0) return {};
    const isAnywhere = area === undefined && entity === undefined;
    // What nothing is named for is done everywhere, where a rule says how.
    const meansAll = ({ target, kind }: (typeof wanted)[number]): boolean =>
      isAnywhere && kind === 'action' && target.scope === 'all';
    for (const { target, kind } of wanted.toSorted(
      (one, other) => Number(meansAll(other)) - Number(meansAll(one)),
    )) {
      const said = saidOf(target, { area, entity, label, home });
      if (!said) continue;
      const match = { action: intent, kind, slots: {}, target: said, confidence: 1, rank: 0, template: '' };
      const resolution = resolveTarget(match, { home, room: undefined });
      if (resolution.kind === 'found') return resolution.slots;
    }
    return undefined;
  }

  /** A home has so many things and places, and as few answers: each is found once. */
  const known = new Map<string, Slots | undefined>();
  return (entry) => {
    const key = [entry.intent, entry.area, entry.entity_id, entry.label].join('\n');
    if (known.has(key)) return known.get(key);
    const target = find(entry);
    known.set(key, target);
    return target;
  };
}

/** @returns undefined where the rule is not about that thing */
function saidOf(
  target: RuleTarget,
  {
    area,
    entity: id,
    label,
    home,
  }: { area: string | undefined; entity: string | undefined; label: string; home: Home },
): SaidTarget | undefined {
  if (id === undefined) return area === undefined ? target : { ...target, area };
  const entity = home.entity(id);
  const isMeant =
    entity !== undefined &&
    target.domains.includes(entity.domain) &&
    (target.deviceClasses?.includes(entity.deviceClass ?? '') ?? true);
  return isMeant ? { ...target, entities: [id], words: label } : undefined;
}

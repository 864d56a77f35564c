import type { Entity, Home } from '../lexicon/home.ts';
import type { ListMeaning } from './list-table.ts';
import { hasExcluded, hasRequiredOfThings } from './pack-context.ts';
import type { SentenceRule } from './rules.ts';

type Admit = (meaning: ListMeaning) => ListMeaning | undefined;

/** Makes the checks of what a rule's {name} may mean, one for all rules that ask for the same. */
export function createNameChecks(home: Home): (rule: SentenceRule) => Admit {
  const checks = new Map<string, Admit>();
  return (rule) => {
    const { target, pack } = rule;
    const terms = [...(pack?.requires ?? []), '', ...(pack?.excludes ?? [])];
    const key = JSON.stringify([target?.domains, target?.deviceClasses, terms]);
    let check = checks.get(key);
    if (!check) {
      check = remembered(home, (entity) => fitsRule(rule, entity));
      checks.set(key, check);
    }
    return check;
  };
}

function fitsRule({ target, pack }: SentenceRule, { domain, deviceClass }: Entity): boolean {
  if (pack) {
    const context = (key: string): unknown => ({ domain, device_class: deviceClass })[key];
    const { requires, excludes } = pack;
    return hasRequiredOfThings(requires, context) && !hasExcluded(excludes, context);
  }
  if (!target) return true;
  return (
    target.domains.includes(domain) &&
    (target.deviceClasses === undefined || target.deviceClasses.includes(deviceClass ?? ''))
  );
}

/** Names are few and come again; what was found for one is kept. */
function remembered(home: Home, fits: (entity: Entity) => boolean): Admit {
  const known = new Map<ListMeaning, ListMeaning | undefined>();
  return (meaning) => {
    if (meaning.kind !== 'entities') return meaning;
    if (known.has(meaning)) return known.get(meaning);
    const entities = meaning.entities.filter((id) => {
      const entity = home.entity(id);
      return entity !== undefined && fits(entity);
    });
    const admitted = entities.length > 0 ? { ...meaning, entities } : undefined;
    known.set(meaning, admitted);
    return admitted;
  };
}

import type { Slots } from '../intent/recognition.ts';
import type { Home } from '../lexicon/home.ts';
import type { Match, SaidTarget } from './matcher.ts';
import { actionFor, PACK_ACTIONS, type PackAction } from './pack-actions.ts';
import { asksOfThings, firstRequired, hasExcluded, hasRequiredElse } from './pack-context.ts';
import type { Capture } from './reading.ts';
import type { PackBlock } from './rules.ts';

/** What is known when a sentence of a pack fits. */
interface PackReading {
  readonly pack: PackBlock;
  readonly captures: readonly Capture[];
  readonly home: Home;
  /** Id of the area it was said in. */
  readonly room: string | undefined;
  quote(capture: Capture): string;
}

/** What a sentence says, before it is weighed. */
export type Saying = Omit<Match, 'rank' | 'template' | 'confidence'>;

/** What a sentence of a pack means, for each kind of thing called so; empty where the home does not fit it. */
export function packSayings(reading: PackReading): Saying[] {
  const { pack, captures, home } = reading;
  const context = contextOf(reading);
  const named = captures.findLast(({ meaning }) => meaning?.kind === 'entities');
  if (!hasRequiredElse(pack.requires, context) || hasExcluded(pack.excludes, context)) return [];
  const action = PACK_ACTIONS[pack.intent];
  if (!action) return [];
  const slots = packSlots(reading);
  const ids = named?.meaning?.kind === 'entities' ? named.meaning.entities : undefined;
  if (!ids) return sayingOf(action, { reading, slots, ids, domain: domainOf(action, slots, pack) });
  const [id = '', ...others] = ids;
  if (others.length === 0) {
    return sayingOf(action, { reading, slots, ids, domain: home.entity(id)?.domain });
  }
  const byDomain = Map.groupBy(ids, (one) => home.entity(one)?.domain ?? '');
  return [...byDomain].flatMap(([domain, some]) => sayingOf(action, { reading, slots, ids: some, domain }));
}

/** True where a block asks what a thing is, and no name and no value that was said tells. */
export function supposesThings({ requires }: PackBlock, captures: readonly Capture[]): boolean {
  if (captures.some(({ meaning }) => meaning?.kind === 'entities')) return false;
  return asksOfThings(requires, (key) => broughtBy(captures, key));
}

/** What values bring with them, and where it was said. */
function contextOf({ captures, room }: PackReading): (key: string) => unknown {
  return (key) => broughtBy(captures, key) ?? (key === 'area' ? room : undefined);
}

function broughtBy(captures: readonly Capture[], key: string): unknown {
  for (const { meaning } of captures) {
    if (meaning?.kind === 'value' && meaning.context?.[key] !== undefined) return meaning.context[key];
  }
  return undefined;
}

/** The slots as the pack's own tests name them. */
function packSlots({ pack, captures, home, room, quote }: PackReading): Slots {
  const slots: Record<string, Slots[string]> = { ...pack.slots };
  for (const capture of captures) {
    const { slot, meaning } = capture;
    if (meaning === undefined) slots[slot] = quote(capture);
    else slots[slot] = meaning.kind === 'value' ? meaning.value : meaning.name;
  }
  const here = home.area(room ?? '');
  if (pack.requires.get('area')?.fillsSlot && here && slots['area'] === undefined) {
    slots['area'] = here.names[0] ?? here.id;
  }
  return slots;
}

function domainOf(
  { domain }: PackAction,
  { domain: said }: Slots,
  { requires }: PackBlock,
): string | undefined {
  return typeof said === 'string' ? said : (firstRequired(requires, 'domain') ?? domain);
}

/** Slots that say what is meant, which a match tells by its target. */
const TARGET_SLOTS: ReadonlySet<string> = new Set(['area', 'floor', 'domain', 'device_class']);

interface Aim {
  readonly reading: PackReading;
  readonly slots: Slots;
  readonly ids: readonly string[] | undefined;
  readonly domain: string | undefined;
}

function sayingOf(action: PackAction, aim: Aim): Saying[] {
  const { reading, slots, domain } = aim;
  const { intent, response } = reading.pack;
  const name = actionFor(action, domain, slots);
  if (name === undefined) return [];
  // A name is a slot of its own only where it is no name of something in the home: of a timer.
  const keepsName = reading.captures.some(({ slot, meaning }) => slot === 'name' && !meaning);
  const own: Record<string, Slots[string]> = {};
  for (const slot in slots) {
    const value = slots[slot];
    if (value !== undefined && (slot === 'name' ? keepsName : !TARGET_SLOTS.has(slot))) own[slot] = value;
  }
  const target = isInHome(action, aim) ? targetOf(action, aim) : undefined;
  return [
    {
      action: name,
      kind: action.kind,
      slots: { ...(action.slots?.(own) ?? own), ...(!target && placeOf(reading.captures)) },
      pack: { intent, slots, ...(response !== undefined && { response }) },
      ...(target && { target }),
      ...(action.defersOrder?.(own) && { isDeferred: true }),
    },
  ];
}

/** False for what the home has nothing of, and need not have. */
function isInHome({ isBuiltIn = false }: PackAction, { domain, reading }: Aim): boolean {
  return !isBuiltIn || reading.home.entities.some((entity) => entity.domain === domain);
}

function targetOf(action: PackAction, { reading, slots, ids, domain }: Aim): SaidTarget | undefined {
  if (domain === undefined) return undefined;
  const { pack, captures, quote } = reading;
  const deviceClass = ids
    ? undefined
    : (slots['device_class'] ?? firstRequired(pack.requires, 'device_class'));
  const place = placeOf(captures);
  const named = captures.findLast(({ meaning }) => meaning?.kind === 'entities');
  const worded =
    named ?? captures.find(({ meaning }) => meaning?.kind === 'area' || meaning?.kind === 'floor');
  return {
    domains: [domain],
    scope: scopeOf(action, pack),
    ...(deviceClass !== undefined && { deviceClasses: [deviceClass].flat().map(String) }),
    ...(ids && { entities: ids }),
    ...place,
    ...(worded && { words: quote(worded) }),
  };
}

function placeOf(captures: readonly Capture[]): Pick<SaidTarget, 'area' | 'floor'> {
  const place: { area?: string; floor?: string } = {};
  for (const { meaning } of captures) {
    if (meaning?.kind === 'area') place.area = meaning.area;
    else if (meaning?.kind === 'floor') place.floor = meaning.floor;
  }
  return place;
}

/** Without a place that was said, a block that is not about here is about the whole home. */
function scopeOf({ isShared = false, kind }: PackAction, { requires }: PackBlock): SaidTarget['scope'] {
  if (requires.has('area')) return 'room';
  return isShared || kind === 'query' ? 'home' : 'all';
}

import { type LocatedDocument, type Mistake, schemaMistakes } from '../documents/located-yaml.ts';
import { PACK_ACTIONS } from './pack-actions.ts';
import { intentSchema } from './pack-schema.ts';

/** Sentences of an intent that fill the same slots: a file in the folder of the intent. */
export interface Combination {
  readonly intent: string;
  /** As the file is called: `area_domain`. */
  readonly name: string;
  /** What the pack's `intents.yaml` says of it; absent where there is none, or nothing in it. */
  readonly said?: CombinationSaid;
  /** True where the lists and rules are there that the community keeps beside its sentences. */
  readonly hasShared: boolean;
}

interface CombinationSaid {
  /** True where it is about the room in which it is said. */
  readonly isHere: boolean;
  /** Domains by the name of their group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** What is said of a combination; undefined where nothing is. */
export type CombinationsSaid = (intent: string, name: string) => CombinationSaid | undefined;

/** Reads a pack's `intents.yaml`. Whatever has no combinations in it is not the pack's. @param mistakes are added to */
export function readCombinations(document: LocatedDocument, mistakes: Mistake[]): CombinationsSaid {
  const said = new Map<string, CombinationSaid>();
  const { content } = document;
  for (const [intent, entry] of Object.entries(isRecord(content) ? content : {})) {
    if (!isRecord(entry) || !isRecord(entry['slot_combinations'])) continue;
    const read = intentSchema.safeParse(entry);
    if (!read.success) {
      mistakes.push(...schemaMistakes(document, read.error.issues, [intent]));
      continue;
    }
    for (const [name, combination] of Object.entries(read.data.slot_combinations)) {
      said.set(`${intent}/${name}`, {
        isHere: combination.context_area ?? false,
        groups: combination.name_domain_groups ?? {},
      });
    }
  }
  return (intent, name) => said.get(`${intent}/${name}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const PLACE_SLOTS = ['name', 'area', 'floor'];

/**
 * True where sentences of a combination are about the room in which they are said. Where the pack does not tell: those
 * that order kinds of things about and say no place, unless they are called those of all things.
 *
 * @param domain that the sentences are about, where they tell
 * @param slots that they fill
 */
export function isAboutHere(
  { intent, name, said }: Combination,
  { domain, slots }: { domain: string | undefined; slots: ReadonlySet<string> },
): boolean {
  if (said) return said.isHere;
  const action = PACK_ACTIONS[intent];
  if (!action || action.kind === 'query' || action.isShared || action.isBuiltIn) return false;
  if ((domain ?? action.domain) === undefined || name.split('_').includes('all')) return false;
  return !PLACE_SLOTS.some((slot) => slots.has(slot));
}

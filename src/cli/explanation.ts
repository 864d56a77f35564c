import type { Match, Mend } from '../rules/matcher.ts';
import { printable } from './printable.ts';

const MOST_READINGS = 5;

/** The readings of a sentence that say different things, best first, as plain data. */
export function explainedReadings(readings: readonly Match[]) {
  return differing(readings)
    .slice(0, MOST_READINGS)
    .map(({ template, action, kind, slots, target, mended, confidence, rank }) => ({
      template,
      action,
      kind,
      slots,
      ...(target && { target }),
      ...(mended && { mended }),
      confidence,
      rank,
    }));
}

/**
 * Why a sentence was understood as it was: the template that decided, the values it took, how sure that is, and what
 * came second. For a person.
 *
 * @param template the one that decided; absent where none did
 */
export function explanationLines(readings: readonly Match[], template: string | undefined): string[] {
  const left = differing(readings);
  const decided = left.find((reading) => reading.template === template) ?? left[0];
  if (!decided) return [template === undefined ? 'no rule fits' : printable(template)];
  const second = left.find((reading) => reading !== decided);
  return [
    template === undefined ? 'no rule fits well enough; the best is' : '',
    `template    ${printable(decided.template)}`,
    `values      ${valuesOf(decided) || 'none'}`,
    decided.mended ? `mended      ${decided.mended.map(mendText).join(', ')}` : '',
    `confidence  ${decided.confidence}`,
    `second      ${second ? secondText(second, decided) : 'nothing else fits'}`,
  ].filter((line) => line !== '');
}

/** Rules overlap: of readings that say the same, the best one stays. */
function differing(readings: readonly Match[]): Match[] {
  const seen = new Set<string>();
  return readings.filter(({ action, kind, slots, target }) => {
    const { area, floor, entities, scope } = target ?? {};
    const key = JSON.stringify([action, kind, slots, area, floor, entities, scope]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function mendText({ heard, meant }: Mend): string {
  return `${printable(heard)} → ${meant}`;
}

function secondText(second: Match, decided: Match): string {
  const values = valuesOf(second);
  const how = howItStands(second, decided);
  const what = `${second.kind === 'query' ? '? ' : ''}${second.action}${values && ` ${values}`}`;
  return `${what}, by ${printable(second.template)} (${second.confidence}${how && `, ${how}`})`;
}

/** Why a reading did not decide: however sure, it may stand behind by what counts for more. */
function howItStands(second: Match, decided: Match): string {
  if (second.rank === decided.rank) return 'as good';
  if (second.rank < decided.rank) return 'better, but of nothing that is here';
  return second.behind === undefined ? '' : `behind by: ${second.behind}`;
}

function valuesOf({ slots, target }: Match): string {
  const { area, floor, entities, words } = target ?? {};
  const said = words === undefined ? '' : ` "${printable(words)}"`;
  return [
    ...(entities ? [`name=${entities.join(',')}`] : []),
    ...(area === undefined ? [] : [`area=${area}`]),
    ...(floor === undefined ? [] : [`floor=${floor}`]),
  ]
    .map((place, index) => (index === 0 ? `${place}${said}` : place))
    .concat(Object.entries(slots).map(([slot, value]) => `${slot}=${printable(String(value))}`))
    .join(' ');
}

import { styleText } from 'node:util';
import { printable } from './printable.ts';

/** An answer's output fields, as `encodeObject` or `decodeOutput` give them. */
export type OutputFields = Readonly<Record<string, unknown>>;

const WIDTHS = { said: 44, intent: 30, slots: 46, source: 6 };

/** The heading over lines of `answerLine`. */
export function answerHeading(colours: boolean): string {
  const { said, intent, slots, source } = WIDTHS;
  const heading = [
    'said'.padEnd(said),
    'intent'.padEnd(intent),
    'slots'.padEnd(slots),
    'by'.padEnd(source),
    'ms'.padStart(8),
    'cost'.padStart(8),
  ].join(' ');
  return colours ? styleText('dim', heading, { validateStream: false }) : heading;
}

/** One answer as one line: what was said, intent, slots, who answered, milliseconds, cost. */
export function answerLine(output: OutputFields, colours: boolean): string {
  const { said, intent, slots, source } = WIDTHS;
  const actions = actionsOf(output);
  const line = [
    cell(`${output['transcript']}${output['room'] === undefined ? '' : ` (${output['room']})`}`, said),
    cell(intentText(output, actions), intent),
    cell(actions.map(slotsText).join(' + ') || String(output['response_text'] ?? ''), slots),
    cell(String(output['source']), source),
    Number(output['latency_ms']).toFixed(2).padStart(8),
    `$${output['cost_usd'] ?? 0}`.padStart(8),
  ].join(' ');
  return colours ? styleText(colourOf(output), line, { validateStream: false }) : line;
}

interface ShownAction {
  readonly intent: string;
  readonly entities: Readonly<Record<string, unknown>>;
  readonly at?: string;
  readonly repeat?: string;
}

function actionsOf(output: OutputFields): readonly ShownAction[] {
  if (output['query'] !== undefined) return [output['query'] as ShownAction];
  return (output['actions'] ?? []) as readonly ShownAction[];
}

function intentText(output: OutputFields, actions: readonly ShownAction[]): string {
  const names = actions.map(({ intent }) => intent).join(' + ');
  if (output['requires_confirmation'] === true || output['requires_confirmation'] === 'true')
    return `${names} ?`;
  if (output['kind'] === 'query') return `? ${names}`;
  return names || `(${output['status']})`;
}

function slotsText({ entities, at, repeat }: ShownAction): string {
  const slots = Object.entries(entities).map(([name, value]) => `${name}=${value}`);
  // Where seconds and the offset from UTC would leave no place for what is behind.
  const when = at === undefined ? [] : [`at ${at.slice(0, 16)}`];
  return [...slots, ...when, ...(repeat === undefined ? [] : [repeat])].join(' ');
}

function colourOf(output: OutputFields): 'green' | 'yellow' | 'cyan' | 'dim' {
  if (output['kind'] === 'query') return 'cyan';
  if (output['status'] === 'recognized') return output['intent'] === 'none' ? 'yellow' : 'green';
  return output['status'] === 'unclear' ? 'dim' : 'yellow';
}

function cell(value: string, width: number): string {
  const text = printable(value);
  return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
}

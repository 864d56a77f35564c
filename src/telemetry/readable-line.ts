import { styleText } from 'node:util';

const COLOURS = {
  debug: 'gray',
  trace: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const;
/** Said by every line alike. */
const CONSTANT = new Set(['time', 'level', 'event', 'service', 'processor_id']);

/** A line of the log for a person: `12:30:01 warn  trouble part=traces reason="connection refused"`. */
export function readableLine(line: string): string {
  const { time, level, event, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const facts = Object.entries(rest)
    .filter(([name]) => !CONSTANT.has(name))
    .map(([name, value]) => `${styleText('dim', `${name}=`)}${plain(value)}`);
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'white';
  const clock = styleText('dim', new Date(String(time)).toTimeString().slice(0, 8));
  return `${[clock, styleText(colour, String(level).padEnd(5)), styleText('bold', String(event ?? '')), ...facts].join(' ')}\n`;
}

function plain(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

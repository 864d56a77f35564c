import { styleText } from 'node:util';
import type { ExpectedReading } from '../evaluation/gold.ts';
import type { Trial } from '../evaluation/run-corpus.ts';
import type { Row, TimedScore, Timing } from '../evaluation/score.ts';
import type { Meaning } from '../intent/recognition.ts';
import { printable } from './printable.ts';

const NAME_WIDTH = 40;
const MOST_CONFUSIONS = 15;

/** What was asked, on one line. */
export function evaluationTitle(
  corpus: string,
  { count, noise }: { readonly count: number; readonly noise: readonly string[] },
): string {
  const utterances = count === 1 ? '1 utterance' : `${count} utterances`;
  return `${corpus}: ${utterances}${noise.length > 0 ? `, with ${noise.join(' and ')}` : ''}`;
}

/** The score as tables, for a person. */
export function scoreTables(
  found: TimedScore,
  { title, colours }: { title: string; colours: boolean },
): string {
  const { all, byKind, byIntent, aboutHome, confusions, firstTime, again } = found;
  const dim = (text: string): string => (colours ? styleText('dim', text, { validateStream: false }) : text);
  const heading = (name: string): string => dim(line(name, COLUMNS));
  const share = aboutHome === 0 ? '' : ` = ${percent(all.notUnderstood / aboutHome)}`;
  return [
    title,
    '',
    heading('kind'),
    ...byKind.map(rowLine),
    dim('─'.repeat(line('', COLUMNS).length)),
    rowLine(all),
    '',
    heading('intent'),
    ...byIntent.map(rowLine),
    '',
    `wrong actions     ${all.wrongActions} = ${percent(all.wrongActions / all.utterances)}: published, and not what was asked for`,
    `wrong direction   ${all.wrongDirection}: the opposite of what was asked for`,
    `not understood    ${all.notUnderstood} of the ${aboutHome} that are about the home${share}`,
    `µs an utterance   ${timing(firstTime)} the first time; ${timing(again)} when said again`,
    ...(confusions.length === 0 ? [] : ['', dim('taken for something else')]),
    ...confusions
      .slice(0, MOST_CONFUSIONS)
      .map(({ expected, got, count }) => `${String(count).padStart(5)}  ${expected}  →  ${got}`),
    ...(confusions.length > MOST_CONFUSIONS
      ? [dim(`       and ${confusions.length - MOST_CONFUSIONS} more; --json has them all`)]
      : []),
    '',
  ].join('\n');
}

/** Everything that was not understood exactly: where it stands, what was right, what came. */
export function failureLines(trials: readonly Trial[]): string {
  return trials
    .filter(({ verdict }) => !verdict.isExact)
    .map(({ gold, said, meaning, verdict }) => {
      const mark = verdict.isWrongAction ? 'wrong action' : 'failed';
      const place = gold.room === undefined ? '' : ` (${gold.room})`;
      const before = gold.before.map((text) => `${text} ⏎ `).join('');
      return [
        `${gold.place}: ${mark}, ${gold.kind}: ${printable(`${before}${said}`)}${place}`,
        `    expected  ${gold.readings.map(expectedText).join('  or  ')}`,
        `    got       ${printable(meaningText(meaning))}`,
        '',
      ].join('\n');
    })
    .join('');
}

/** The same for a program. */
export function failureList(trials: readonly Trial[]) {
  return trials
    .filter(({ verdict }) => !verdict.isExact)
    .map(({ gold, said, meaning, verdict }) => ({
      place: gold.place,
      kind: gold.kind,
      said,
      ...(gold.room !== undefined && { room: gold.room }),
      ...(gold.before.length > 0 && { before: gold.before }),
      expected: gold.readings.map(expectedText),
      got: meaningText(meaning),
      wrong_action: verdict.isWrongAction,
      wrong_direction: verdict.isWrongDirection,
    }));
}

/** What was right, on one line. */
function expectedText(reading: ExpectedReading): string {
  if (reading.status !== 'recognized') return `(${reading.status})`;
  const actions = reading.actions.map(({ intent, entities, allowsMore, at, repeat }) =>
    [
      intent,
      ...Object.entries(entities).map(([slot, value]) => `${slot}=${value}`),
      ...(allowsMore ? ['…'] : []),
      ...whenText({ at, repeat }),
    ].join(' '),
  );
  const wait = reading.needsConfirmation === true ? ' after a yes' : '';
  return `${reading.kind === 'query' ? '? ' : ''}${actions.join(' + ')}${wait}`;
}

function whenText({ at, repeat }: { at: string | undefined; repeat: string | undefined }): readonly string[] {
  return [...(at === undefined ? [] : [`at ${at}`]), ...(repeat === undefined ? [] : [`every ${repeat}`])];
}

/** What was understood, on one line. */
export function meaningText(meaning: Meaning): string {
  switch (meaning.status) {
    case 'recognized': {
      const done = meaning.kind === 'query' ? [meaning.query] : meaning.actions;
      const actions = done.map(({ intent, entities, at, repeat }) =>
        [
          intent,
          ...Object.entries(entities).map(([slot, value]) => `${slot}=${value}`),
          ...whenText({ at, repeat }),
        ].join(' '),
      );
      const wait = meaning.kind === 'action' && meaning.requiresConfirmation ? ' after a yes' : '';
      return `${meaning.kind === 'query' ? '? ' : ''}${actions.join(' + ')}${wait}`;
    }
    case 'ambiguous':
      return `(ambiguous) ${meaning.responseText}`;
    case 'unclear':
    case 'unavailable':
    case 'refused':
      return `(${meaning.status}) ${meaning.responseText}`;
    case 'expired':
      return '(expired)';
  }
}

const COLUMNS = ['utterances', 'exact', 'intent', 'wrong', 'opposite', 'not understood'];

function rowLine(row: Row): string {
  return line(row.name, [
    String(row.utterances),
    percent(row.exact),
    percent(row.intent),
    String(row.wrongActions || '·'),
    String(row.wrongDirection || '·'),
    String(row.notUnderstood || '·'),
  ]);
}

function line(name: string, cells: readonly string[]): string {
  const short = name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name;
  const padded = cells.map((text, index) => text.padStart((COLUMNS[index]?.length ?? 0) + 2));
  return `${short.padEnd(NAME_WIDTH)}${padded.join('')}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function timing({ median, p99 }: Timing): string {
  return `${median} median, ${p99} p99`;
}

import type { Dashboard, Panel, Row } from './panel.ts';

/** What Prometheus answered to one query of a panel. */
export interface Result {
  readonly name: string;
  /** Seconds since the epoch, and the value then; one where the panel shows what is so now. */
  readonly points: readonly (readonly [number, number])[];
}

/** What was answered to a panel, by its title. */
export type Results = ReadonlyMap<string, readonly Result[]>;

const COLOURS = [
  '#3274d9',
  '#56a64b',
  '#e0b400',
  '#e02f44',
  '#a352cc',
  '#ff780a',
  '#37872d',
  '#8f3bb8',
  '#1f60c4',
  '#806eb7',
];
const NAMED = { green: '#56a64b', yellow: '#e0b400', orange: '#ff780a', red: '#e02f44', blue: '#3274d9' };
/** Pixels that a column and a line of the grid take, and what is around a picture and below it. */
const GRID = { column: 57, line: 34, around: 26, below: 62 };

/** A page that shows a dashboard about as Grafana does, to be looked at without one. */
export function previewPage({ title, rows }: Dashboard, results: Results): string {
  return `<!doctype html><meta charset="utf-8"><title>${text(title)}</title><style>
body{margin:0;padding:16px;background:#f4f5f5;font:13px Inter,"DejaVu Sans",sans-serif;color:#24292e;width:1368px}
h1{font-size:20px;margin:0 0 8px}h2{font-size:15px;margin:14px 0 6px}
.row{display:grid;grid-template-columns:repeat(24,1fr);gap:8px}
.panel{background:#fff;border:1px solid #dcdee1;border-radius:2px;padding:8px;box-sizing:border-box;overflow:hidden;display:flex;flex-direction:column}
.panel h3{font-size:13px;font-weight:600;margin:0 0 4px}
.number{font-size:30px;font-weight:600;margin:auto}.none{margin:auto;color:#888}
.legend{font-size:11px;display:flex;flex-wrap:wrap;gap:2px 10px}.legend i{display:inline-block;width:10px;height:3px;margin-right:4px;vertical-align:middle}
.bar{display:grid;grid-template-columns:40% 1fr 20%;gap:6px;margin:2px 0;align-items:center;font-size:12px}.bar b{display:block;height:14px;background:#3274d9}.bar span{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
svg{width:100%;flex:1;min-height:0}svg text{font-size:10px;fill:#666}</style>
<h1>${text(title)}</h1>${rows.map((row) => rowOf(row, results)).join('')}`;
}

function rowOf({ title, panels }: Row, results: Results): string {
  const shown = panels.map(
    (panel) =>
      `<div class="panel" style="grid-column:span ${panel.width};height:${panel.height * GRID.line}px"><h3>${text(panel.title)}</h3>${drawn(panel, results.get(panel.title) ?? [])}</div>`,
  );
  return `<h2>${text(title)}</h2><div class="row">${shown.join('')}</div>`;
}

function drawn(panel: Panel, all: readonly Result[]): string {
  const results = all
    .map(({ name, points }) => ({ name, points: points.filter(([, value]) => Number.isFinite(value)) }))
    .filter(({ points }) => points.length > 0);
  if (results.length === 0) return '<div class="none">–</div>';
  switch (panel.kind) {
    case 'number':
      return numberOf(panel, lastOf(results[0] as Result));
    case 'bars':
      return barsOf(panel, results);
    case 'lines':
    case 'stack':
      return chartOf(panel, results);
    case 'states':
      return statesOf(panel, results);
    case 'heatmap':
      return heatmapOf(panel, results);
  }
}

function numberOf(panel: Panel, value: number): string {
  return `<div class="number" style="color:${colourOf(panel, value)}">${formatted(panel, value)}</div>`;
}

function barsOf(panel: Panel, results: readonly Result[]): string {
  const highest = Math.max(...results.map(lastOf), Number.MIN_VALUE);
  return results
    .map((result) => {
      const value = lastOf(result);
      return `<div class="bar"><span>${text(result.name)}</span><b style="width:${(value / highest) * 100}%"></b><span>${formatted(panel, value)}</span></div>`;
    })
    .join('');
}

function chartOf(panel: Panel, results: readonly Result[]): string {
  const { width, height } = boxOf(panel);
  const isStack = panel.kind === 'stack';
  const times = [...new Set(results.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const below = new Map<number, number>();
  const bands = results.map(({ points }) =>
    points.map(([at, value]) => {
      const from = isStack ? (below.get(at) ?? 0) : 0;
      below.set(at, from + value);
      return { at, from, to: from + value };
    }),
  );
  const highest = panel.max ?? (Math.max(...bands.flat().map(({ to }) => to)) * 1.1 || 1);
  const x = scale(times, width);
  const y = (value: number): number => height - (Math.min(value, highest) / highest) * height;
  const step = width / times.length;
  const marks = bands.map((band, index) => {
    const colour = COLOURS[index % COLOURS.length];
    if (isStack) {
      return band
        .map(
          ({ at, from, to }) =>
            `<rect x="${x(at)}" y="${y(to)}" width="${step}" height="${y(from) - y(to)}" fill="${colour}"/>`,
        )
        .join('');
    }
    const line = band.map(({ at, to }) => `${x(at).toFixed(1)},${y(to).toFixed(1)}`).join(' ');
    return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const grid = [0.5, 1].map(
    (share) =>
      `<line x1="0" x2="${width}" y1="${height * (1 - share)}" y2="${height * (1 - share)}" stroke="#e5e5e5"/><text x="0" y="${height * (1 - share) + 11}">${formatted(panel, highest * share)}</text>`,
  );
  return `${picture(panel, [...grid, ...marks])}${legend(results.map(({ name }, index) => [name, COLOURS[index % COLOURS.length] ?? '']))}`;
}

function statesOf(panel: Panel, results: readonly Result[]): string {
  const { states = {} } = panel;
  const { width, height: whole } = boxOf(panel);
  const x = scale(
    results.flatMap(({ points }) => points.map(([at]) => at)),
    width,
  );
  const height = whole / results.length;
  const lanes = results.map(({ name, points }, lane) => {
    const step = width / points.length + 1;
    const cells = points.map(
      ([at, value]) =>
        `<rect x="${x(at)}" y="${lane * height + 2}" width="${step}" height="${height - 4}" fill="${NAMED[states[value]?.colour ?? 'blue']}"/>`,
    );
    return `${cells.join('')}<text x="4" y="${lane * height + height / 2 + 4}" style="fill:#fff">${text(name)}</text>`;
  });
  return `${picture(panel, lanes)}${legend(Object.values(states).map(({ name, colour }) => [name, NAMED[colour]]))}`;
}

function heatmapOf(panel: Panel, results: readonly Result[]): string {
  const { width, height: whole } = boxOf(panel);
  // Buckets hold those of the lower ones, too.
  const rows = results.toSorted((one, other) => boundOf(one) - boundOf(other));
  const x = scale(
    rows.flatMap(({ points }) => points.map(([at]) => at)),
    width,
  );
  const height = whole / rows.length;
  const counts = rows.map(({ points }, index) => {
    const lower = new Map(rows[index - 1]?.points);
    return points.map(([at, value]) => [at, Math.max(0, value - (lower.get(at) ?? 0))] as const);
  });
  const highest = Math.max(...counts.flat().map(([, count]) => count), 1);
  const cells = counts.map((row, index) => {
    const y = whole - (index + 1) * height;
    const name =
      index % 3 === 0 ? `<text x="0" y="${y + height}">${text(rows[index]?.name ?? '')} s</text>` : '';
    const drawn = row.map(
      ([at, count]) =>
        `<rect x="${x(at)}" y="${y}" width="${width / row.length + 1}" height="${height}" fill="#1f60c4" fill-opacity="${(count / highest) ** 0.5}"/>`,
    );
    return drawn.join('') + name;
  });
  return picture(panel, cells);
}

/** The upper bound of a bucket. */
function boundOf({ name }: Result): number {
  return name === '+Inf' ? Number.POSITIVE_INFINITY : Number(name);
}

function picture(panel: Panel, parts: readonly string[]): string {
  const { width, height } = boxOf(panel);
  return `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${parts.join('')}</svg>`;
}

/** About the pixels that a picture has, so that its words are not stretched. */
function boxOf(panel: Panel): { readonly width: number; readonly height: number } {
  return {
    width: panel.width * GRID.column - GRID.around,
    height: panel.height * GRID.line - GRID.below,
  };
}

function legend(entries: readonly (readonly [name: string, colour: string])[]): string {
  return `<div class="legend">${entries.map(([name, colour]) => `<span><i style="background:${colour}"></i>${text(name)}</span>`).join('')}</div>`;
}

function scale(times: readonly number[], width: number): (at: number) => number {
  const [from, to] = [Math.min(...times), Math.max(...times)];
  return (at) => (to === from ? 0 : ((at - from) / (to - from)) * width);
}

function lastOf({ points }: Result): number {
  return points.at(-1)?.[1] ?? Number.NaN;
}

function colourOf({ thresholds = ['green'] }: Panel, value: number): string {
  const [first, ...others] = thresholds;
  return NAMED[others.findLast(([from]) => value >= from)?.[1] ?? first];
}

function formatted({ unit, decimals }: Panel, value: number): string {
  const digits = (few: number): string => value.toFixed(decimals ?? few);
  switch (unit) {
    case 'dollars':
      return `$${digits(value < 0.1 ? 4 : 2)}`;
    case 'share':
      return `${(value * 100).toFixed(decimals ?? 1)}%`;
    case 'seconds':
      return value < 1 ? `${(value * 1000).toFixed(1)} ms` : `${digits(2)} s`;
    case 'per second':
      return `${digits(2)}/s`;
    case 'bytes':
      return `${(value / 2 ** 20).toFixed(0)} MiB`;
    default:
      return digits(value < 10 ? 1 : 0);
  }
}

function text(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** What a panel asks Prometheus. */
export interface Query {
  /** PromQL; may hold Grafana's `$__rate_interval` and `$__range`. */
  readonly expression: string;
  /** What one line or bar is called; `{{model}}` stands for a label. */
  readonly legend?: string;
  /** Why nothing may come back though the service is busy: what this counts is rare. */
  readonly mayBeEmpty?: string;
}

type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue';

/** From which value on a number has which colour; the first one has no beginning. */
type Thresholds = readonly [first: Colour, ...others: (readonly [from: number, colour: Colour])[]];

/** One panel of a dashboard, in words that whoever runs a household understands. */
export interface Panel {
  readonly title: string;
  /** What it tells, and what to do about it. */
  readonly description: string;
  /** `number`: what is so now. `lines`: how it went. `bars`: one bar for each thing, now. `states`: what was so when. */
  readonly kind: 'number' | 'lines' | 'stack' | 'bars' | 'states' | 'heatmap';
  readonly unit: 'dollars' | 'share' | 'seconds' | 'count' | 'per second' | 'bytes' | 'tokens' | 'state';
  readonly decimals?: number;
  readonly max?: number;
  readonly thresholds?: Thresholds;
  /** What numbers are called, where each stands for a state. */
  readonly states?: Readonly<Record<number, { readonly name: string; readonly colour: Colour }>>;
  readonly queries: readonly Query[];
  /** Of 24. */
  readonly width: number;
  readonly height: number;
  /** Leads to Jaeger, for one trace after the other. */
  readonly leadsToTraces?: true;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Grafana's, such as `now-24h`. */
  readonly from: string;
  readonly rows: readonly Row[];
}

/** One number in a row of numbers, of which six fit where nothing else is said. */
export function number(
  title: string,
  panel: Omit<Panel, 'title' | 'kind' | 'width' | 'height' | 'queries'> & {
    readonly query: Query;
    readonly width?: number;
  },
): Panel {
  const { query, ...rest } = panel;
  return { title, kind: 'number', width: 4, height: 4, queries: [query], ...rest };
}

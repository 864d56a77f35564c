import { PanelBuilder as BarsBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  ConstantVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  FieldColorBuilder,
  FieldColorModeId,
  type Dashboard as GrafanaDashboard,
  type Panel as GrafanaPanel,
  MappingType,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StatesBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Dashboard, Panel, Query } from './panel.ts';

/** As dashboards/grafana/provisioning/datasources/ names it. */
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const JAEGER = 'http://localhost:16686';

const UNITS: Readonly<Record<Panel['unit'], string>> = {
  dollars: 'currencyUSD',
  share: 'percentunit',
  seconds: 's',
  count: 'short',
  'per second': 'cps',
  bytes: 'bytes',
  tokens: 'short',
  state: 'none',
};

/** What Grafana reads. */
export function grafanaDashboard({ uid, title, description, from, rows }: Dashboard): GrafanaDashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['llm-intent'])
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    // Where a browser reaches Jaeger: another address is entered once, in the settings of a copy.
    .withVariable(new ConstantVariableBuilder('jaeger').label('Address of Jaeger').value(JAEGER))
    .link(
      new DashboardLinkBuilder('llm-intent')
        .type(DashboardLinkType.Dashboards)
        .tags(['llm-intent'])
        .includeVars(false)
        .keepTime(true),
    )
    .link(tracesLink());
  let id = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) {
      id += 1;
      builder.withPanel({ build: () => ({ ...grafanaPanel(panel), id }) });
    }
  }
  return builder.build();
}

function tracesLink(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Traces in Jaeger')
    .type(DashboardLinkType.Link)
    .icon('external link')
    .tooltip('The way of single transcripts')
    .url('$jaeger/search?service=llm-intent')
    .targetBlank(true);
}

function grafanaPanel(panel: Panel): GrafanaPanel {
  const builder = builderOf(panel)
    .title(panel.title)
    .description(panel.description)
    .datasource(PROMETHEUS)
    .unit(UNITS[panel.unit])
    .min(0)
    .span(panel.width)
    .height(panel.height)
    .thresholds(thresholdsOf(panel))
    .noValue('–')
    .targets(panel.queries.map((query, index) => targetOf(query, { panel, index })));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.states) builder.mappings([stateNames(panel.states)]);
  if (panel.leadsToTraces) builder.links([tracesLink()]);
  return builder.build();
}

function builderOf(panel: Panel) {
  switch (panel.kind) {
    case 'number':
      return new NumberBuilder().reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
    case 'bars':
      return new BarsBuilder()
        .orientation(VizOrientation.Horizontal)
        .displayMode(BarGaugeDisplayMode.Basic)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('blue'));
    case 'states':
      return new StatesBuilder().colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
    case 'heatmap':
      return new HeatmapBuilder()
        .calculate(false)
        .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Blues').steps(64))
        .yAxis(new YAxisConfigBuilder().unit(UNITS[panel.unit]))
        .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear));
    case 'lines':
    case 'stack': {
      const lines = new LinesBuilder().legend(
        new VizLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.List)
          .placement(LegendPlacement.Bottom)
          .showLegend(true),
      );
      if (panel.kind === 'lines') return lines;
      return lines
        .drawStyle(GraphDrawStyle.Bars)
        .fillOpacity(60)
        .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
    }
  }
}

function targetOf({ expression, legend }: Query, { panel, index }: { panel: Panel; index: number }) {
  const target = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(PROMETHEUS)
    .expr(expression);
  if (legend !== undefined) target.legendFormat(legend);
  if (panel.kind === 'heatmap') return target.range().format(PromQueryFormat.Heatmap).exemplar(true);
  return isMomentary(panel) ? target.instant() : target.range();
}

/** Shows what is so now, and not how it went. */
export function isMomentary({ kind }: Panel): boolean {
  return kind === 'number' || kind === 'bars';
}

function thresholdsOf({ thresholds = ['green'], states }: Panel): ThresholdsConfigBuilder {
  const [first, ...others] = states
    ? ([
        states[0]?.colour ?? 'green',
        ...Object.entries(states)
          .slice(1)
          .map(([from, { colour }]) => [Number(from), colour] as const),
      ] as const)
    : thresholds;
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    // Grafana's way to say that it begins nowhere.
    { value: null, color: first },
    ...others.map(([value, color]) => ({ value, color })),
  ]);
}

function stateNames(states: NonNullable<Panel['states']>): ValueMap {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(states).map(([value, { name, colour }], index) => [
        value,
        { text: name, color: colour, index },
      ]),
    ),
  };
}

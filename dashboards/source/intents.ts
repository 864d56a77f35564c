import { type Dashboard, number, type Query } from './panel.ts';

const HOUR_OF_DAY =
  'sort(label_replace(sum by (hour) (avg_over_time(intent:recognitions_per_second:by_hour[7d])) * 3600, "hour", "0$1", "hour", "(.)"))';

const share = (what: string): string =>
  `sum(increase(intent_recognition_total{${what}}[$__range])) / sum(increase(intent_recognition_total[$__range]))`;

/** Shares of what was understood and of what nothing fits, by a label. */
const understoodAndNot = (label: 'language' | 'source'): readonly Query[] => {
  const rateBy = (what: string): string =>
    `sum by (${label}) (rate(intent_recognition_total{${what}}[$__rate_interval]))`;
  const among = `sum by (${label}) (rate(intent_recognition_total[$__rate_interval]))`;
  return [
    { expression: `${rateBy('status="recognized"')} / ${among}`, legend: `{{${label}}}: understood` },
    {
      expression: `${rateBy('status="unclear"')} / ${among}`,
      legend: `{{${label}}}: “nie rozumiem”`,
      mayBeEmpty: 'everything that was said was understood',
    },
  ];
};

export const intents: Dashboard = {
  uid: 'intents',
  title: 'llm-intent: what is understood',
  description: 'What people ask for, how much of it is understood, by whom, and how quickly.',
  from: 'now-24h',
  rows: [
    {
      title: 'At a glance',
      panels: [
        number('Said', {
          description: 'Sentences that were answered in the time shown above.',
          unit: 'count',
          decimals: 0,
          thresholds: ['blue'],
          query: { expression: 'sum(increase(intent_recognition_total[$__range]))' },
        }),
        number('Understood', {
          description: 'Share of what was said that became an action or a question to the home.',
          unit: 'share',
          thresholds: ['red', [0.7, 'yellow'], [0.9, 'green']],
          query: { expression: share('status="recognized"') },
        }),
        number('“Nie rozumiem”', {
          description:
            'Share of what was said that nothing fits. Add sentences to config/intents.yaml, or names to config/home.yaml.',
          unit: 'share',
          thresholds: ['green', [0.1, 'yellow'], [0.25, 'red']],
          query: {
            expression: share('status="unclear"'),
            mayBeEmpty: 'everything that was said was understood',
          },
        }),
        number('Answered without a model', {
          description: 'Share that rules or the cache answered: for nothing, and at once.',
          unit: 'share',
          thresholds: ['blue'],
          query: { expression: share('source=~"rules|cache"') },
        }),
        number('Half of the answers took less than', {
          description: 'From reading the transcript to publishing the answer, over the last five minutes.',
          unit: 'seconds',
          thresholds: ['green', [1, 'yellow'], [3, 'red']],
          query: { expression: 'intent:latency_seconds:p50_5m' },
        }),
        number('99 of 100 answers took less than', {
          description: 'The promise is three seconds. Above five an alert is raised.',
          unit: 'seconds',
          thresholds: ['green', [3, 'yellow'], [5, 'red']],
          query: { expression: 'intent:latency_seconds:p99_5m' },
        }),
      ],
    },
    {
      title: 'What is asked for',
      panels: [
        {
          title: 'Most wanted',
          description:
            'By Home Assistant’s name of the action. Several actions in one sentence are “multiple”.',
          kind: 'bars',
          unit: 'count',
          decimals: 0,
          queries: [
            {
              expression:
                'sort_desc(topk(15, sum by (intent_type) (increase(intent_recognized_total[$__range]))))',
              legend: '{{intent_type}}',
            },
          ],
          width: 8,
          height: 10,
        },
        {
          title: 'What became of what was said',
          description:
            'unclear: nothing fits. ambiguous: it was asked which was meant. unavailable: the home has no such thing. refused: policy. expired: too late.',
          kind: 'stack',
          unit: 'per second',
          queries: [
            {
              expression: 'sum by (status) (rate(intent_recognition_total[$__rate_interval]))',
              legend: '{{status}}',
            },
          ],
          width: 8,
          height: 10,
        },
        {
          title: 'By hour of the day',
          description: 'Sentences an hour, the mean of the last seven days, on the clock of the home.',
          kind: 'bars',
          unit: 'count',
          decimals: 1,
          queries: [{ expression: HOUR_OF_DAY, legend: '{{hour}}:00' }],
          width: 8,
          height: 10,
        },
      ],
    },
    {
      title: 'Who answers',
      panels: [
        {
          title: 'By who answered',
          description:
            'cache: known already. llm: a model. rules: sentences of this home. none: nobody knew.',
          kind: 'stack',
          unit: 'per second',
          queries: [
            {
              expression: 'sum by (source) (rate(intent_recognition_total[$__rate_interval]))',
              legend: '{{source}}',
            },
          ],
          width: 6,
          height: 8,
        },
        {
          title: 'Understood or not, by language',
          description: 'A language that is understood badly may lack a pack of sentences.',
          kind: 'lines',
          unit: 'share',
          max: 1,
          queries: understoodAndNot('language'),
          width: 6,
          height: 8,
        },
        {
          title: 'Understood or not, by who answered',
          description: 'A model that understands less than the rules do is a reason to look at its prompt.',
          kind: 'lines',
          unit: 'share',
          max: 1,
          queries: understoodAndNot('source'),
          width: 6,
          height: 8,
        },
        {
          title: 'Why a model was passed over',
          description:
            'Rules answered then. no_provider: none is set up. budget_exceeded, rate_limited and mode are wanted; the others are trouble.',
          kind: 'stack',
          unit: 'count',
          queries: [
            {
              expression: 'sum by (reason) (increase(intent_fallback_total[$__rate_interval])) > 0',
              legend: '{{reason}}',
            },
          ],
          width: 6,
          height: 8,
        },
      ],
    },
    {
      title: 'How quickly',
      panels: [
        {
          title: 'How long answers took',
          description: 'The darker, the more answers. A dot is one whose trace was recorded: it leads there.',
          kind: 'heatmap',
          unit: 'seconds',
          queries: [
            {
              expression:
                'sum by (le) (increase(intent_recognition_duration_seconds_bucket[$__rate_interval]))',
              legend: '{{le}}',
            },
          ],
          width: 12,
          height: 9,
          leadsToTraces: true,
        },
        {
          title: 'How long answers took, by who answered',
          description: '95 of 100 answers took less than this.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [3, 'yellow'], [5, 'red']],
          queries: [
            {
              expression:
                'histogram_quantile(0.95, sum by (source, le) (rate(intent_recognition_duration_seconds_bucket[$__rate_interval])))',
              legend: '{{source}}',
            },
          ],
          width: 12,
          height: 9,
          leadsToTraces: true,
        },
        {
          title: 'Questions asked back',
          description: 'confirm: is it really wanted? choose: which one? Then what was said to that.',
          kind: 'bars',
          unit: 'count',
          decimals: 0,
          queries: [
            {
              expression:
                'sort_desc(sum by (kind, outcome) (increase(intent_questions_total[$__range])) > 0)',
              legend: '{{kind}}: {{outcome}}',
            },
          ],
          width: 24,
          height: 7,
        },
      ],
    },
  ],
};

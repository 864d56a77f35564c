import { type Dashboard, number } from './panel.ts';

const FEW_CALLS = 'no call was kept back for this reason';

/** What is spent today, and what the last hour would add to it until the day ends (UTC). */
const PROJECTED_TODAY =
  'max(llm_budget_dollars{scope="all",window="day",kind="spent"}) + sum(llm:cost_dollars:per_hour) * scalar(24 - hour() - minute() / 60)';

/** What is spent this month, and what the last day would add to it until the month ends (UTC). */
const PROJECTED_THIS_MONTH =
  'max(llm_budget_dollars{scope="all",window="month",kind="spent"}) + sum(llm:cost_dollars:per_day) * scalar(days_in_month() - day_of_month() + 1 - hour() / 24)';

const left = (window: string): string =>
  `max(llm_budget_dollars{scope="all",window="${window}",kind="limit"}) - max(llm_budget_dollars{scope="all",window="${window}",kind="spent"}) - max(llm_budget_dollars{scope="all",window="${window}",kind="reserved"})`;

export const llmCosts: Dashboard = {
  uid: 'llm-costs',
  title: 'llm-intent: what it costs',
  description:
    'What language models cost, what is left of the budget, and what the cache and the rules saved.',
  from: 'now-24h',
  rows: [
    {
      title: 'At a glance',
      panels: [
        number('Spent in an hour', {
          description: 'What calls of language models cost in the last sixty minutes.',
          unit: 'dollars',
          decimals: 4,
          width: 3,
          thresholds: ['green', [1, 'yellow'], [4, 'red']],
          query: { expression: 'sum(llm:cost_dollars:per_hour)' },
        }),
        number('Spent in 24 hours', {
          description: 'More than $100 raises an alert.',
          unit: 'dollars',
          decimals: 4,
          width: 3,
          thresholds: ['green', [5, 'yellow'], [100, 'red']],
          query: { expression: 'sum(llm:cost_dollars:per_day)' },
        }),
        number('Spent in 30 days', {
          description: 'What calls of language models cost in the last thirty days.',
          unit: 'dollars',
          decimals: 2,
          width: 3,
          thresholds: ['green', [50, 'yellow'], [1000, 'red']],
          query: { expression: 'sum(llm:cost_dollars:per_month)' },
        }),
        number('Projected today', {
          description: 'What this day has cost already, and for each hour left as much as the last one.',
          unit: 'dollars',
          decimals: 2,
          width: 3,
          thresholds: ['green', [5, 'yellow'], [100, 'red']],
          query: { expression: PROJECTED_TODAY },
        }),
        number('Projected this month', {
          description: 'What this month has cost already, and for each day left as much as the last one.',
          unit: 'dollars',
          decimals: 2,
          width: 3,
          thresholds: ['green', [50, 'yellow'], [1000, 'red']],
          query: { expression: PROJECTED_THIS_MONTH },
        }),
        number('Left today', {
          description:
            'Of the budget. When it is used up, rules answer until midnight in the zone of the budget.',
          unit: 'dollars',
          decimals: 2,
          width: 3,
          thresholds: ['red', [0.1, 'yellow'], [1, 'green']],
          query: { expression: left('day') },
        }),
        number('Left this month', {
          description:
            'Of the budget. When it is used up, rules answer until the month ends in the zone of the budget.',
          unit: 'dollars',
          decimals: 2,
          width: 3,
          thresholds: ['red', [1, 'yellow'], [10, 'green']],
          query: { expression: left('month') },
        }),
        number('Saved in 24 hours', {
          description: 'By known answers and by rules; below they are apart.',
          unit: 'dollars',
          decimals: 4,
          width: 3,
          thresholds: ['blue'],
          query: { expression: 'sum(increase(llm_savings_dollars_total[24h]))' },
        }),
      ],
    },
    {
      title: 'Who the money went to',
      panels: [
        {
          title: 'Dollars an hour, by model',
          description: 'Each point is the hour before it.',
          kind: 'stack',
          unit: 'dollars',
          queries: [{ expression: 'sum by (model) (llm:cost_dollars:per_hour)', legend: '{{model}}' }],
          width: 16,
          height: 8,
        },
        {
          title: 'Average cost of an answer, over an hour',
          description: 'Answers of the cache and the rules are among them. It shall stay below two cents.',
          kind: 'lines',
          unit: 'dollars',
          thresholds: ['green', [0.02, 'red']],
          queries: [{ expression: 'intent:cost_dollars:mean1h', legend: 'an answer' }],
          width: 8,
          height: 8,
        },
        {
          title: 'By provider, last 24 hours',
          description: 'Whose bill it will be on.',
          kind: 'bars',
          unit: 'dollars',
          queries: [
            { expression: 'sort_desc(sum by (provider) (llm:cost_dollars:per_day))', legend: '{{provider}}' },
          ],
          width: 8,
          height: 7,
        },
        {
          title: 'By model, last 24 hours',
          description: 'A dear model here is a reason to look at LLM_PROVIDERS.',
          kind: 'bars',
          unit: 'dollars',
          queries: [
            { expression: 'sort_desc(sum by (model) (llm:cost_dollars:per_day))', legend: '{{model}}' },
          ],
          width: 8,
          height: 7,
        },
        {
          title: 'By what is known of who asked, last 24 hours',
          description:
            'A user by name, a room only, or nobody known. Who it was is in `llm-intent report cost --by origin`.',
          kind: 'bars',
          unit: 'dollars',
          queries: [
            {
              expression: 'sort_desc(sum by (origin) (increase(llm_origin_cost_dollars_total[24h])))',
              legend: '{{origin}}',
            },
          ],
          width: 8,
          height: 7,
        },
      ],
    },
    {
      title: 'The budget',
      panels: [
        {
          title: 'Share of the budget that is used',
          description: 'Spent, or set aside for calls under way. Alerts come at 80 % and when it is used up.',
          kind: 'lines',
          unit: 'share',
          max: 1,
          thresholds: ['green', [0.8, 'yellow'], [1, 'red']],
          queries: [{ expression: 'llm:budget_used:ratio', legend: '{{scope}}, {{window}}' }],
          width: 12,
          height: 8,
        },
        {
          title: 'Calls that were not made',
          description:
            'Because there was no money for them, or because somebody had asked too often. Rules answered instead.',
          kind: 'stack',
          unit: 'count',
          queries: [
            {
              expression: 'sum by (window) (increase(llm_budget_refusals_total[$__rate_interval]))',
              legend: 'no money, {{window}}',
              mayBeEmpty: FEW_CALLS,
            },
            {
              expression: 'sum by (scope) (increase(llm_rate_limited_total[$__rate_interval]))',
              legend: 'limit: {{scope}}',
              mayBeEmpty: FEW_CALLS,
            },
          ],
          width: 12,
          height: 8,
        },
      ],
    },
    {
      title: 'What was saved',
      panels: [
        number('Saved by known answers, 24 hours', {
          description: 'What answers out of the cache had cost when they were new.',
          unit: 'dollars',
          decimals: 4,
          thresholds: ['blue'],
          query: { expression: 'sum(increase(llm_savings_dollars_total{by="cache"}[24h]))' },
        }),
        number('Saved by rules, 24 hours', {
          description:
            'An estimate: what a call costs on average, for each answer of rules that are asked before models.',
          unit: 'dollars',
          decimals: 4,
          thresholds: ['blue'],
          query: { expression: 'sum(increase(llm_savings_dollars_total{by="rules"}[24h]))' },
        }),
        number('Known answers', {
          description:
            'Share of the questions to the cache that it answered within an hour. It falls after a change of the home.',
          unit: 'share',
          thresholds: ['red', [0.05, 'yellow'], [0.2, 'green']],
          query: { expression: 'llm:cache_hits:ratio1h' },
        }),
        {
          title: 'Tokens an hour',
          description: 'What providers bill by. "cached" is a part of "prompt" that costs less.',
          kind: 'lines',
          unit: 'tokens',
          queries: [
            { expression: 'sum by (kind) (increase(llm_tokens_used_total[1h]))', legend: '{{kind}}' },
          ],
          width: 12,
          height: 8,
        },
      ],
    },
  ],
};

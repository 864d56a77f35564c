import { type Dashboard, number } from './panel.ts';

export const pipeline: Dashboard = {
  uid: 'pipeline',
  title: 'llm-intent: how it runs',
  description: 'The way of a transcript through the streams, the models that are asked, and what goes wrong.',
  from: 'now-6h',
  rows: [
    {
      title: 'At a glance',
      panels: [
        number('Waiting to be read', {
          description: 'Transcripts that nobody has begun with. NaN: Redis cannot tell.',
          unit: 'count',
          decimals: 0,
          thresholds: ['green', [20, 'yellow'], [200, 'red']],
          query: { expression: 'max(stream_lag)' },
        }),
        number('In work', {
          description: 'Transcripts that were read and are not answered yet.',
          unit: 'count',
          decimals: 0,
          thresholds: ['green', [100, 'yellow'], [1000, 'red']],
          query: { expression: 'max(stream_pending)' },
        }),
        number('Oldest waits since', {
          description: 'A transcript older than 30 seconds acts on nothing any more.',
          unit: 'seconds',
          thresholds: ['green', [5, 'yellow'], [20, 'red']],
          query: { expression: 'max(stream_oldest_entry_seconds)' },
        }),
        number('Given up, 24 hours', {
          description: 'Dead letters. See `llm-intent dead-letters list`.',
          unit: 'count',
          decimals: 0,
          thresholds: ['green', [1, 'yellow'], [10, 'red']],
          query: { expression: 'sum(increase(stream_dead_letters_total[24h]))' },
        }),
        number('Unanswered, 30 days', {
          description:
            'Share of transcripts that got no answer in time. The promise is one in a thousand at most.',
          unit: 'share',
          decimals: 3,
          thresholds: ['green', [0.0005, 'yellow'], [0.001, 'red']],
          query: { expression: 'intent:unanswered:ratio30d' },
        }),
        number('Too slow, 30 days', {
          description:
            'Share of answers that took longer than three seconds. The promise is one in a hundred at most.',
          unit: 'share',
          decimals: 2,
          thresholds: ['green', [0.005, 'yellow'], [0.01, 'red']],
          query: { expression: 'intent:slow:ratio30d' },
        }),
      ],
    },
    {
      title: 'The streams',
      panels: [
        {
          title: 'Waiting and in work',
          description: 'What grows without end needs another input stream, or a quicker model.',
          kind: 'lines',
          unit: 'count',
          queries: [
            { expression: 'max(stream_lag)', legend: 'waiting' },
            { expression: 'max(stream_pending)', legend: 'in work' },
            {
              expression: 'sum by (queue) (llm_queue_depth{queue="limits"})',
              legend: 'waiting for: {{queue}}',
            },
          ],
          width: 12,
          height: 8,
        },
        {
          title: 'Oldest transcript that waits',
          description: 'With thirty seconds it acts on nothing any more.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [10, 'red']],
          queries: [{ expression: 'max(stream_oldest_entry_seconds)', legend: 'oldest' }],
          width: 6,
          height: 8,
        },
        {
          title: 'Transcripts answered',
          description: 'Over the streams and over HTTP.',
          kind: 'lines',
          unit: 'per second',
          queries: [
            {
              expression: 'sum by (instance) (rate(intent_recognition_total[$__rate_interval]))',
              legend: '{{instance}}',
            },
          ],
          width: 6,
          height: 8,
        },
        {
          title: 'Who owns the streams',
          description: 'Each input stream has one owner; the other replicas stand by.',
          kind: 'states',
          unit: 'state',
          states: { 0: { name: 'stands by', colour: 'blue' }, 1: { name: 'owner', colour: 'green' } },
          queries: [
            { expression: 'max by (stream, instance) (stream_owner)', legend: '{{stream}} on {{instance}}' },
          ],
          width: 12,
          height: 6,
        },
        {
          title: 'Taken over',
          description: 'Entries that a dead owner had left, and how often the owner changed.',
          kind: 'lines',
          unit: 'count',
          queries: [
            { expression: 'sum(increase(stream_reclaimed_total[$__rate_interval]))', legend: 'entries' },
            { expression: 'sum(changes(stream_owner[$__rate_interval]))', legend: 'changes of the owner' },
          ],
          width: 6,
          height: 6,
        },
        {
          title: 'Given up, failed, skipped',
          description:
            'failed: a defect of ours, tried again. Dead letters tell their reason. Skipped ones hold no words.',
          kind: 'stack',
          unit: 'count',
          queries: [
            {
              expression: 'sum by (reason) (increase(stream_dead_letters_total[$__rate_interval]))',
              legend: 'given up: {{reason}}',
            },
            { expression: 'sum(increase(stream_failures_total[$__rate_interval]))', legend: 'failed' },
            {
              expression: 'sum by (reason) (increase(stream_skipped_total[$__rate_interval]))',
              legend: 'skipped: {{reason}}',
              mayBeEmpty: 'no entry without words came',
            },
          ],
          width: 6,
          height: 6,
          leadsToTraces: true,
        },
      ],
    },
    {
      title: 'The models',
      panels: [
        {
          title: 'Breakers',
          description:
            'open: the provider failed five times in a row and is left alone for ten seconds. Rules, or the next model, answer.',
          kind: 'states',
          unit: 'state',
          states: {
            0: { name: 'closed: asked', colour: 'green' },
            1: { name: 'half-open: tried', colour: 'yellow' },
            2: { name: 'open: left alone', colour: 'red' },
          },
          queries: [{ expression: 'max by (provider) (llm_circuit_state)', legend: '{{provider}}' }],
          width: 12,
          height: 6,
        },
        {
          title: 'Mode',
          description: 'full, economy, or rules-only. `llm-intent mode` tells why, and changes it.',
          kind: 'states',
          unit: 'state',
          states: { 0: { name: 'no', colour: 'blue' }, 1: { name: 'holds', colour: 'green' } },
          queries: [{ expression: 'max by (mode) (llm_mode)', legend: '{{mode}}' }],
          width: 12,
          height: 6,
        },
        {
          title: 'How long providers take',
          description: '95 of 100 took less, all tries for an utterance together.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [2.5, 'red']],
          queries: [
            {
              expression:
                'histogram_quantile(0.95, sum by (provider, model, le) (rate(llm_request_duration_seconds_bucket[$__rate_interval])))',
              legend: '{{provider}} {{model}}',
            },
          ],
          width: 8,
          height: 8,
          leadsToTraces: true,
        },
        {
          title: 'Share of calls that failed',
          description: 'By provider. Who hung up does not count.',
          kind: 'lines',
          unit: 'share',
          max: 1,
          thresholds: ['green', [0.05, 'red']],
          queries: [
            {
              expression:
                'sum by (provider) (rate(llm_requests_total{outcome!~"answered|aborted"}[$__rate_interval])) / sum by (provider) (rate(llm_requests_total[$__rate_interval]))',
              legend: '{{provider}}',
            },
          ],
          width: 8,
          height: 8,
          leadsToTraces: true,
        },
        {
          title: 'How calls ended',
          description: 'One utterance at one provider is one call, however often it was tried.',
          kind: 'stack',
          unit: 'per second',
          queries: [
            {
              expression: 'sum by (outcome) (rate(llm_requests_total[$__rate_interval])) > 0',
              legend: '{{outcome}}',
            },
          ],
          width: 8,
          height: 8,
        },
      ],
    },
    {
      title: 'The bridge to Home Assistant',
      panels: [
        {
          title: 'Home Assistant',
          description:
            'Whether each bridge reaches it. Without one, nothing that was understood is done by us.',
          kind: 'states',
          unit: 'state',
          states: { 0: { name: 'away', colour: 'red' }, 1: { name: 'there', colour: 'green' } },
          queries: [
            {
              expression: 'max by (instance) (bridge_home_assistant_connected)',
              legend: 'for {{instance}}',
            },
          ],
          width: 6,
          height: 7,
        },
        {
          title: 'What became of actions',
          description:
            'done; failed; skipped: too late, not confirmed, or forbidden; scheduled: for later; answered: a question.',
          kind: 'stack',
          unit: 'count',
          queries: [
            {
              expression: 'sum by (status) (increase(bridge_actions_total[$__rate_interval]))',
              legend: '{{status}}',
            },
          ],
          width: 6,
          height: 7,
          leadsToTraces: true,
        },
        {
          title: 'How long Home Assistant takes',
          description: '95 of 100 actions took less, by how they ended. unknown: it did not say.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [1, 'yellow'], [5, 'red']],
          queries: [
            {
              expression:
                'histogram_quantile(0.95, sum by (outcome, le) (rate(bridge_call_duration_seconds_bucket[$__rate_interval])))',
              legend: '{{outcome}}',
            },
          ],
          width: 6,
          height: 7,
          leadsToTraces: true,
        },
        {
          title: 'Waiting to be done',
          description: 'What was understood and is not done yet, and what is planned for later, timers too.',
          kind: 'lines',
          unit: 'count',
          queries: [
            { expression: 'max(bridge_stream_lag)', legend: 'waiting' },
            { expression: 'max(bridge_stream_pending)', legend: 'in work' },
            { expression: 'max(bridge_schedules)', legend: 'planned' },
          ],
          width: 6,
          height: 7,
        },
      ],
    },
    {
      title: 'Requests that wait for a model',
      panels: [
        {
          title: 'Waiting for a model',
          description: 'Of all replicas together; a thousand may wait. NaN: Redis cannot tell.',
          kind: 'lines',
          unit: 'count',
          queries: [{ expression: 'max(llm_queue_depth{queue="requests"})', legend: 'waiting' }],
          width: 8,
          height: 6,
        },
        {
          title: 'Oldest request that waits',
          description: 'After four hours it has expired.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [3600, 'yellow'], [10_800, 'red']],
          queries: [{ expression: 'max(llm_queue_oldest_seconds)', legend: 'oldest' }],
          width: 8,
          height: 6,
        },
        {
          title: 'What became of them',
          description:
            'Refused: a thousand waited already. Failed: see the log. Given up: nobody could be called.',
          kind: 'stack',
          unit: 'per second',
          queries: [
            {
              expression: 'sum by (outcome) (rate(llm_queue_requests_total[$__rate_interval]))',
              legend: '{{outcome}}',
            },
            {
              expression: 'sum by (outcome) (rate(llm_queue_callbacks_total[$__rate_interval]))',
              legend: 'call: {{outcome}}',
            },
          ],
          width: 8,
          height: 6,
        },
      ],
    },
    {
      title: 'The process',
      panels: [
        {
          title: 'Up',
          description: 'Whether Prometheus reaches each replica.',
          kind: 'states',
          unit: 'state',
          states: { 0: { name: 'down', colour: 'red' }, 1: { name: 'up', colour: 'green' } },
          queries: [{ expression: 'up{job="llm-intent"}', legend: '{{instance}}' }],
          width: 8,
          height: 6,
        },
        {
          title: 'Memory',
          description: 'What each replica takes of it: half a gigabyte is usual.',
          kind: 'lines',
          unit: 'bytes',
          queries: [
            { expression: 'process_resident_memory_bytes{job="llm-intent"}', legend: '{{instance}}' },
          ],
          width: 8,
          height: 6,
        },
        {
          title: 'Waits for the processor',
          description:
            'How late the event loop is in 99 of 100 cases. More than a few hundredths of a second: the machine is too busy.',
          kind: 'lines',
          unit: 'seconds',
          thresholds: ['green', [0.1, 'yellow'], [0.5, 'red']],
          queries: [
            { expression: 'nodejs_eventloop_lag_p99_seconds{job="llm-intent"}', legend: '{{instance}}' },
          ],
          width: 8,
          height: 6,
        },
      ],
    },
  ],
};

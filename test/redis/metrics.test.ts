import { describe, expect, test } from 'vitest';
import { startModelService } from '../support/model-service.ts';
import { prometheusTools, runPromtool } from '../support/prometheus-tools.ts';

/** The contract's, by name, with their labels. */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  llm_requests_total: ['provider', 'model', 'outcome'],
  llm_request_duration_seconds: ['provider', 'model'],
  llm_tokens_used_total: ['provider', 'model', 'kind'],
  llm_cost_dollars_total: ['provider', 'model'],
  llm_cache_hit_ratio: [],
  llm_cache_requests_total: ['outcome'],
  llm_budget_dollars: ['scope', 'window', 'kind'],
  llm_circuit_state: ['provider'],
  llm_rate_limited_total: ['scope'],
  llm_queue_depth: ['queue'],
  llm_savings_dollars_total: ['by'],
  llm_mode: ['mode'],
  llm_token_estimate_error: ['provider', 'model'],
  intent_recognition_total: ['status', 'source', 'language'],
  intent_recognized_total: ['intent_type'],
  intent_recognition_duration_seconds: ['source'],
  intent_fallback_total: ['reason'],
  stream_lag: [],
  stream_pending: [],
  stream_reclaimed_total: [],
  stream_dead_letters_total: ['reason'],
  process_cpu_seconds_total: [],
  process_resident_memory_bytes: [],
};

test('the metrics of a service are those of the contract, with its labels and help', async () => {
  const { url, say, answers } = await startModelService({ LLM_INTENT_LIMITS__MINUTE: '1' });
  await say({ transcript: 'zapal światło', room: 'salon' }, { transcript: 'zgaś światło', room: 'salon' });
  await answers(2);
  const text = await (await fetch(`${url}/metrics`)).text();
  for (const [name, labels] of Object.entries(CONTRACT)) {
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
    const [, found = ''] = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(text) ?? [];
    expect(
      [...found.matchAll(/(\w+)="/g)].map(([, label]) => label),
      name,
    ).toEqual(labels);
  }
});

const tools = await prometheusTools('metrics');

describe.skipIf(tools.missing !== undefined)('the metrics of a service that asks models', () => {
  test('are what promtool has nothing to say about', async () => {
    const { url, say, answers } = await startModelService();
    await say(
      { transcript: 'zapal światło', room: 'salon' },
      { transcript: '', room: 'salon' },
      { nothing: '' },
    );
    await answers(1);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('vary')).toBe('accept');
    const text = await response.text();
    expect(text).toContain('stream_dead_letters_total{reason="missing_transcript"} 1');
    const promtool = tools.missing === undefined ? tools.promtool : '';
    expect(await runPromtool(promtool, ['check', 'metrics'], { input: text })).toEqual({
      code: 0,
      printed: '',
    });
  });

  test('tell how long the oldest transcript has been waiting, and 0 where none waits', async () => {
    const { metrics, say, answers } = await startModelService();
    await say({ transcript: 'zapal światło', room: 'salon' });
    await answers(1);
    expect((await metrics()).get('stream_oldest_entry_seconds')).toBe(0);
  });
});

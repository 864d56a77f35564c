import { describe, expect, test } from 'vitest';
import { startModelService } from '../support/model-service.ts';
import { prometheusTools, runPromtool } from '../support/prometheus-tools.ts';

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

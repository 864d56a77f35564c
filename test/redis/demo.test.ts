import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { runCommand, startCommand } from '../support/command.ts';
import { connectShared, onOneRedis } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** It goes at a pace that can be read. */
const DEMO_MS = 60_000;

onOneRedis('it takes none')(
  "the demo speaks to its own service, and touches neither the operator's data nor their Redis",
  async () => {
    const folder = join(await temporaryFolder(), 'data');
    const input = `${folder}:in`;
    const { code, output, errors } = await runCommand(['demo'], {
      ...{ LLM_INTENT_DATA_DIR: folder, DATA_DIR: folder },
      ...{ LLM_INTENT_REDIS__URL: inject('redisUrl'), REDIS_URL: inject('redisUrl'), INPUT_STREAM: input },
      ...{ HOST: '0.0.0.0', HTTP_TOKEN: 'a-secret-token', PORT: '0' },
    });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(/^llm-intent listens on http:\/\/127\.0\.0\.1:\d+/);
    expect(output).toMatch(/\d+ transcripts: \d+ recognized/);
    expect(output).toMatch(/ llm +[\d.]+ +\$0\n +asked a model\n/);
    expect(output).toMatch(/ cache +[\d.]+ +\$0\n +the same words in the same room: known already\n/);
    expect(output).toMatch(/ rules +[\d.]+ +\$0\n +the model fails, four tries in a row: rules answer\n/);
    expect(output).toMatch(/ light\.turn_off \+ cover\.close_.*\n +two things in one breath/);
    expect(output).toMatch(/ cover\.open_cover .*\n +it goes on from there\n/);
    expect(output).toMatch(
      / lock\.unlock \? .*\n +a lock wants a yes\ntak .* lock\.unlock +area=.*\n +exactly that, and once\n/,
    );
    expect(output).toMatch(/ light\.turn_on +at=\S+ area=salon .*\n +for later: .*\n$/);
    expect(output).not.toContain(inject('redisUrl'));
    expect(existsSync(folder)).toBe(false);
    const redis = connectShared();
    expect(await redis.exists(input)).toBe(0);
    await redis.quit();
  },
  DEMO_MS,
);

test('a signal is the normal end of the demo', async () => {
  const demo = startCommand(['demo'], { PORT: '0' });
  await expect.poll(demo.output).toMatch(/^llm-intent listens/);
  demo.kill('SIGINT');
  const { code, output, errors } = await demo.finished;
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).not.toContain('transcripts:');
});

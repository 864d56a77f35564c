import OpenAI, { APIConnectionError, APIError } from 'openai';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { capabilitiesOf } from '../../../src/llm/capabilities.ts';
import { createSdkWire } from '../../../src/llm/sdk-wire.ts';

test.each(['bodyOf', 'post', 'read'] as const)(
  'a defect of ours in %s is no trouble of a provider, and is not asked again',
  async (where) => {
    let times = 0;
    const fail = (): never => {
      times += 1;
      throw new TypeError('a defect');
    };
    const wire = createSdkWire(
      {
        asked: { name: 'openai', model: 'm', keyVariable: 'KEY', addressVariable: 'URL' },
        capabilities: capabilitiesOf('openai', 'gpt-4.1-mini'),
        clock: systemClock,
      },
      {
        errors: { connection: APIConnectionError, status: APIError, any: OpenAI.OpenAIError },
        bodyOf: () => ({}),
        post: async () => ({ data: {}, response: new Response() }),
        read: () => undefined,
        [where]: fail,
      },
    );
    const progress = { isUnsent: false };
    const request = { messages: [], maxTokens: 1, temperature: 0, progress };
    await expect(wire.prepare(request).send(new AbortController().signal)).rejects.toThrow(TypeError);
    expect(times).toBe(1);
    // Nobody said that a byte went out.
    expect(progress.isUnsent).toBe(true);
  },
);

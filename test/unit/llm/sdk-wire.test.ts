import OpenAI, { APIConnectionError, APIError } from 'openai';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { capabilitiesOf } from '../../../src/llm/capabilities.ts';
import { createSdkWire } from '../../../src/llm/sdk-wire.ts';

const OPTIONS = {
  asked: { name: 'openai', model: 'm', keyVariable: 'KEY', addressVariable: 'URL' },
  capabilities: capabilitiesOf('openai', 'gpt-4.1-mini'),
  clock: systemClock,
};
const DIALECT: Parameters<typeof createSdkWire>[1] = {
  errors: { connection: APIConnectionError, status: APIError, any: OpenAI.OpenAIError },
  bodyOf: () => ({}),
  post: async () => ({ data: {}, response: new Response() }),
  read: () => undefined,
};

test.each(['bodyOf', 'post', 'read'] as const)(
  'a defect of ours in %s is no trouble of a provider, and is not asked again',
  async (where) => {
    let times = 0;
    const fail = (): never => {
      times += 1;
      throw new TypeError('a defect');
    };
    const wire = createSdkWire(OPTIONS, { ...DIALECT, [where]: fail });
    const progress = { isUnsent: false };
    const request = { messages: [], maxTokens: 1, temperature: 0, progress };
    await expect(wire.prepare(request).send(new AbortController().signal)).rejects.toThrow(TypeError);
    expect(times).toBe(1);
    // Nobody said that a byte went out.
    expect(progress.isUnsent).toBe(true);
  },
);

test('what is asked in place of what was refused counts as unsent until it leaves, too', async () => {
  const refused = APIError.generate(
    400,
    { error: { type: 'invalid_request_error', param: 'temperature', message: "Unsupported: 'temperature'" } },
    undefined,
    new Headers(),
  );
  const bodies: unknown[] = [];
  const wire = createSdkWire(OPTIONS, {
    ...DIALECT,
    bodyOf: (_, { capabilities: { temperature } }) => ({ temperature }),
    async post(body, { fetchOptions: { written, leave } }) {
      bodies.push(body);
      await leave;
      if (bodies.length > 1) throw new APIConnectionError({});
      written();
      throw refused;
    },
  });
  const progress = { isUnsent: false };
  const request = { messages: [], maxTokens: 1, temperature: 0, progress };
  await expect(wire.prepare(request).send(new AbortController().signal)).rejects.toThrow('openai');
  expect(bodies).toEqual([{ temperature: true }, { temperature: false }]);
  expect(progress.isUnsent).toBe(true);
});

import type { WyomingMessage } from './message.ts';

/**
 * What Home Assistant asks before it offers a conversation agent: a program for intents, which makes it one that may
 * control the home, and one for what is said as text, which tells the same to later versions in a word of its own.
 *
 * @param languages of which it has sentences
 */
export function createInfo({
  languages,
  version,
}: {
  languages: readonly string[];
  version: string;
}): WyomingMessage {
  const artifact = {
    name: 'llm-intent',
    attribution: { name: 'llm-intent', url: '' },
    installed: true,
    description: 'Turns what people say at home into intents, by local rules and language models',
    version,
  };
  const models = [{ ...artifact, languages }];
  return {
    type: 'info',
    data: {
      intent: [{ ...artifact, models }],
      handle: [{ ...artifact, models, supports_handled_streaming: false, supports_home_control: true }],
      ...{ asr: [], tts: [], wake: [], mic: [], snd: [] },
    },
  };
}

import type { Sentences } from '../sentences.ts';
import type { HttpSide } from './report.ts';

/** A request for a sentence that nobody said before. */
export function bodyOf(sentences: Sentences, index: number): string {
  const { text, language } = sentences.unseen(index);
  return JSON.stringify({ text, language, room: sentences.room(index) });
}

/** Sends requests and waits for all answers. @throws where one is not as it should be */
export const SENDERS: Readonly<Record<HttpSide, (url: string, bodies: readonly string[]) => Promise<void>>> =
  {
    async oneByOne(url, bodies) {
      for (const body of bodies) await ask(url, body);
    },
    async eightAtOnce(url, bodies) {
      const waiting = bodies[Symbol.iterator]();
      const work = async (): Promise<void> => {
        for (const body of waiting) await ask(url, body);
      };
      await Promise.all(Array.from({ length: 8 }, work));
    },
    async batch(url, bodies) {
      const response = await fetch(`${url}/intent/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: bodies.join('\n'),
      });
      const lines = (await response.text()).trimEnd().split('\n');
      if (!response.ok || lines.length !== bodies.length) {
        throw new Error(`the batch was answered with ${response.status} and ${lines.length} lines`);
      }
    },
  };

async function ask(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/intent`, { method: 'POST', headers, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`POST /intent was answered with ${response.status}: ${answer}`);
}

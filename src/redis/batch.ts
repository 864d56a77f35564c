/**
 * Collects what is asked for in one go and asks for all of it at once.
 *
 * @param load answers in the order in which it was asked; where it rejects, so does each answer
 * @param most asked for at once; more make several
 * @param later has it sent when all of it is there
 */
export function createBatch<Asked, Answer>(
  load: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
  { most, later }: { most: number; later: (send: () => void) => void },
): (asked: Asked) => Promise<Answer> {
  let waiting: (PromiseWithResolvers<Answer> & { readonly asked: Asked })[] = [];

  function send(): void {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += most) void ask(all.slice(start, start + most));
  }

  async function ask(some: typeof waiting): Promise<void> {
    try {
      const answers = await load(some.map(({ asked }) => asked));
      for (const [index, { resolve }] of some.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return (asked) => {
    if (waiting.length === 0) later(send);
    const answer = Promise.withResolvers<Answer>();
    waiting.push({ ...answer, asked });
    return answer.promise;
  };
}

/**
 * The same for all of a turn of the event loop. The same key asked twice is asked once.
 *
 * @param load answers in the order of the keys, or nothing at all
 */
export function createTickBatch<Answer>(
  load: (keys: readonly string[]) => Promise<readonly (Answer | undefined)[] | undefined>,
  { most }: { most: number },
): (key: string) => Promise<Answer | undefined> {
  const asked = new Map<string, Promise<Answer | undefined>>();
  const ask = createBatch<string, Answer | undefined>(
    async (keys) => {
      const answers = await load(keys);
      return keys.map((_, index) => answers?.[index]);
    },
    { most, later: atTheEnd },
  );

  /** After the promises that are due already: every lane that goes on in this turn asks first. */
  function atTheEnd(send: () => void): void {
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        asked.clear();
        send();
      }),
    );
  }

  return (key) => {
    const answer = asked.get(key) ?? ask(key);
    asked.set(key, answer);
    return answer;
  };
}

interface Asked<Answer> {
  readonly promise: Promise<Answer | undefined>;
  readonly resolve: (answer: Answer | undefined) => void;
}

/**
 * Collects what is asked for in one turn of the event loop and asks for all of it at once. The same key asked twice is
 * asked once.
 *
 * @param load answers in the order of the keys, or nothing at all; must not reject
 * @param most keys of one question; more make several
 */
export function createTickBatch<Answer>(
  load: (keys: readonly string[]) => Promise<readonly (Answer | undefined)[] | undefined>,
  { most }: { most: number },
): (key: string) => Promise<Answer | undefined> {
  let waiting = new Map<string, Asked<Answer>>();

  function dispatch(): void {
    const asked = [...waiting];
    waiting = new Map();
    for (let start = 0; start < asked.length; start += most) void ask(asked.slice(start, start + most));
  }

  async function ask(asked: readonly (readonly [string, Asked<Answer>])[]): Promise<void> {
    const answers = await load(asked.map(([key]) => key));
    for (const [index, [, { resolve }]] of asked.entries()) resolve(answers?.[index]);
  }

  return (key) => {
    const known = waiting.get(key);
    if (known) return known.promise;
    // After the promises that are due already: every lane that goes on in this turn asks first.
    if (waiting.size === 0) void Promise.resolve().then(() => process.nextTick(dispatch));
    const asked = Promise.withResolvers<Answer | undefined>();
    waiting.set(key, asked);
    return asked.promise;
  };
}

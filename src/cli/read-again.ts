import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { secretsOf } from '../config/secrets.ts';
import type { CommandContext } from './command-context.ts';

/** The configuration of a command that goes on for long. */
export interface ReadAgain {
  readonly config: Config;
  /** Everything in it that no log may tell; what is read later is added. */
  readonly secrets: ReadonlySet<string>;
  /** Loads it anew. @throws DocumentError with every mistake */
  read(): Promise<Config>;
  /** From now on SIGHUP reloads; so does this at once, where one has come already. */
  reloadBy(reload: () => Promise<void>): void;
}

/** @throws DocumentError with every mistake */
export async function readAgain({
  environment,
  onHangUp,
}: Pick<CommandContext, 'environment' | 'onHangUp'>): Promise<ReadAgain> {
  const secrets = new Set<string>();
  async function read(): Promise<Config> {
    const config = await loadConfig(environment);
    for (const secret of secretsOf(config)) secrets.add(secret);
    return config;
  }
  let isDue = false;
  let reload: (() => Promise<void>) | undefined;
  // Without a listener it would end the process, also while nothing is there yet that could be reloaded.
  onHangUp?.(() => {
    isDue = true;
    void reload?.();
  });
  return {
    config: await read(),
    secrets,
    read,
    reloadBy(given) {
      reload = given;
      if (isDue) void given();
    },
  };
}

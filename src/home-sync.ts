import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Config } from './config/schema.ts';
import { connectHomeAssistant } from './home-assistant/connect.ts';
import { readInventory } from './home-assistant/inventory.ts';
import { type MergedHome, mergeHome } from './home-assistant/merge-home.ts';
import { sleep } from './waiting.ts';

/** What home.yaml is, and what it becomes. */
export interface HomeProposal extends MergedHome {
  readonly file: string;
  /** The file as it is; undefined where there is none. */
  readonly before: string | undefined;
}

export interface HomeSync {
  /** @throws DocumentError for a file with mistakes; any other error says what to do */
  propose(): Promise<HomeProposal>;
  /** Writes it, all or nothing. @throws an error where the file is not as it was when this was proposed */
  write(proposal: HomeProposal): Promise<void>;
  /** Waits for something to change in Home Assistant, and until that has calmed down, for a while. */
  changed(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What tells that a home is no longer what it was. */
const REGISTRY_EVENTS = ['area', 'floor', 'entity', 'device', 'label'].map(
  (name) => `${name}_registry_updated`,
);
/** Milliseconds without a change after which changes are over. */
const CALM_MS = 2000;
const CALM_TURNS = 5;

/** @throws HomeAssistantError where it is not reached */
export async function openHomeSync(
  config: Config,
  { address, signal }: { address: { readonly url: string; readonly token: string }; signal: AbortSignal },
): Promise<HomeSync> {
  const assistant = connectHomeAssistant({
    ...address,
    timeoutMs: config.home_assistant.timeout_ms,
    isPatient: false,
    events: { lost: () => undefined, ready: () => undefined },
  });
  const file = config.files.home;
  let changes = 0;
  let isListening = false;
  try {
    await assistant.ready(signal);
  } catch (error) {
    assistant.close();
    throw error;
  }
  return {
    async propose() {
      // After a lost connection it may be a while.
      await assistant.ready(signal);
      const before = await readIfThere(file);
      return { ...mergeHome(before, { inventory: await readInventory(assistant), file }), file, before };
    },
    async write({ text, before }) {
      if ((await readIfThere(file)) !== before)
        throw new Error(`${file} was changed meanwhile: run it once more`);
      const draft = `${file}.new`;
      await writeFile(draft, text);
      await rename(draft, file);
    },
    async changed(until) {
      if (!isListening) {
        isListening = true;
        for (const type of REGISTRY_EVENTS) {
          await assistant.listen(type, () => {
            changes += 1;
          });
        }
      }
      for (let seen = changes; seen === changes; ) await sleep(CALM_MS / 4, until);
      // Where it never calms down, what there is by now is better than nothing.
      for (let seen = -1, turn = 0; seen !== changes && turn < CALM_TURNS; turn += 1) {
        seen = changes;
        await sleep(CALM_MS, until);
      }
    },
    close: () => assistant.close(),
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { type Account, accountsOf } from './accounts.ts';
import { isHomeAddress } from './home-address.ts';
import { openrouterHeaders } from './openrouter.ts';
import { MOCK, MOCK_MODEL, OPENROUTER, PRESETS } from './presets.ts';

/** What the configuration says of one provider. */
interface ProviderSettings {
  readonly api_keys: readonly string[];
  readonly base_url: readonly string[];
  readonly weights: readonly number[];
  readonly model?: string | undefined;
}

/** The part of `llm` in the configuration that says who is asked. */
export type ProvidersSettings = {
  /** `provider:model`, in the order in which they are asked. */
  readonly providers?: readonly string[] | undefined;
  readonly openrouter: ProviderSettings & Parameters<typeof openrouterHeaders>[0];
} & Readonly<Record<'openai' | 'anthropic' | 'deepseek' | 'groq' | 'gemini' | 'local', ProviderSettings>>;

/** A model to ask. */
export type ProviderChoice =
  | {
      readonly kind: 'openai wire' | 'anthropic wire';
      readonly provider: string;
      readonly model: string;
      /** At least one. */
      readonly accounts: readonly Account[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly isRemote: boolean;
    }
  | { readonly kind: 'mock'; readonly provider: string; readonly model: string; readonly isRemote: false };

export interface ChosenProviders {
  readonly chosen: readonly ProviderChoice[];
  /** What keeps a provider that was asked for from being one. Holds no key. */
  readonly mistakes: readonly { readonly provider: string; readonly message: string }[];
}

/** Who is asked, in order: those that are named, else every provider that has a key (or an address, where it needs none). */
export function chooseProviders(settings: ProvidersSettings): ChosenProviders {
  const chosen: ProviderChoice[] = [];
  const mistakes: { provider: string; message: string }[] = [];
  for (const { provider, model } of settings.providers?.map(parseChoice) ?? impliedBy(settings)) {
    const choice = choose({ provider, model, settings });
    if (typeof choice === 'string') mistakes.push({ provider, message: choice });
    else chosen.push(choice);
  }
  return { chosen, mistakes };
}

interface Wanted {
  readonly provider: string;
  readonly model: string | undefined;
}

/** Models have colons in their names too: `local:qwen3:4b`. */
function parseChoice(text: string): Wanted {
  const colon = text.indexOf(':');
  return colon < 0
    ? { provider: text, model: undefined }
    : { provider: text.slice(0, colon), model: text.slice(colon + 1) || undefined };
}

function impliedBy(settings: ProvidersSettings): readonly Wanted[] {
  return [...PRESETS].flatMap(([provider, { needsKey }]) => {
    const { api_keys: keys, base_url: addresses, model } = settingsOf(settings, provider);
    const isWanted = needsKey ? keys.length > 0 : addresses.length > 0 || model !== undefined;
    return isWanted ? [{ provider, model: undefined }] : [];
  });
}

function settingsOf(settings: ProvidersSettings, provider: string): ProviderSettings {
  return settings[provider as 'openai'] ?? { api_keys: [], base_url: [], weights: [] };
}

/** @returns a choice, or what is wrong */
function choose({
  provider,
  model: named,
  settings,
}: Wanted & { readonly settings: ProvidersSettings }): ProviderChoice | string {
  if (provider === MOCK) {
    // It must not be taken for a model, whatever it is called.
    const model = named === undefined ? MOCK_MODEL : named.startsWith('mock') ? named : `mock-${named}`;
    return { kind: 'mock', provider, model, isRemote: false };
  }
  const preset = PRESETS.get(provider);
  if (!preset) return `there is no provider ${provider}; there are ${[...PRESETS.keys(), MOCK].join(', ')}`;
  const own = settingsOf(settings, provider);
  const model = named ?? own.model ?? preset.model;
  if (model === undefined) {
    return `no model is named: set llm.${provider}.model, or LLM_PROVIDERS to ${provider}:model`;
  }
  const { api_keys: keys, weights } = own;
  if (preset.needsKey && keys.length === 0) {
    return `there is no key: set ${preset.keyVariable}, or take ${provider} out of LLM_PROVIDERS`;
  }
  const addresses = own.base_url.length > 0 ? own.base_url : [preset.baseUrl];
  const accounts = accountsOf({ keys, addresses, weights });
  if (typeof accounts === 'string') return accounts;
  return {
    kind: `${preset.wire} wire`,
    provider,
    model,
    accounts,
    isRemote: preset.isRemote || !accounts.every(({ baseUrl }) => isHomeAddress(baseUrl)),
    ...(provider === OPENROUTER && { headers: openrouterHeaders(settings.openrouter) }),
  };
}

/** How freely a model answers one kind of prompt, where it takes that, and at which length it is cut off. */
export interface TemplateSettings {
  readonly temperature: number;
  /** Hidden reasoning included. */
  readonly maxTokens: number;
}

/** The kinds of prompt: what was meant, and what to say when the reply was of no use. */
export type Template = 'recognise' | 'repair';

interface ConfiguredTemplate {
  readonly temperature?: number | undefined;
  readonly max_tokens?: number | undefined;
}

/** The settings of every kind of prompt: its own, else those of all. */
export function templateSettings({
  temperature,
  max_tokens: maxTokens,
  templates,
}: {
  readonly temperature: number;
  readonly max_tokens: number;
  readonly templates: Readonly<Record<Template, ConfiguredTemplate>>;
}): Readonly<Record<Template, TemplateSettings>> {
  const settingsOf = (own: ConfiguredTemplate): TemplateSettings => ({
    temperature: own.temperature ?? temperature,
    maxTokens: own.max_tokens ?? maxTokens,
  });
  return { recognise: settingsOf(templates.recognise), repair: settingsOf(templates.repair) };
}

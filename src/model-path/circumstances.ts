import { hash } from 'node:crypto';
import type { Circumstances } from '../cache/key.ts';
import type { Config } from '../config/schema.ts';
import type { Arm } from '../llm/experiment.ts';
import { templateSettings } from '../llm/template-settings.ts';
import type { Knowledge } from '../understanding.ts';

/** What answers depend on besides what was said: whatever is different here may have made a different answer. */
export function circumstancesOf(
  {
    rules,
    home,
    arm,
    economy,
  }: Pick<Knowledge, 'rules' | 'home'> & { readonly arm: Arm; readonly economy: Arm['choices'] },
  { llm, recognition }: Pick<Config, 'llm' | 'recognition'>,
): Circumstances {
  const { areas, floors, entities } = home;
  const { threshold, language_default: standard } = recognition;
  const known = [rules.fingerprint, areas, floors, entities, threshold, standard];
  return {
    catalogue: hash('sha256', JSON.stringify(known), 'base64url'),
    promptVersion: arm.prompts.version,
    // Another address may be another server with a model of that name.
    models: JSON.stringify(
      [...new Set([...arm.choices, ...economy])].map((choice) => [
        choice.provider,
        choice.model,
        ...(choice.kind === 'mock' ? [] : choice.accounts.map(({ baseUrl }) => baseUrl)),
      ]),
    ),
    temperatures: Object.values(templateSettings(llm)).map(({ temperature }) => temperature),
  };
}

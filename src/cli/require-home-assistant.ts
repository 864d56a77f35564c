import type { Config } from '../config/schema.ts';
import { CommandError, EXIT } from './command-context.ts';

/** @throws CommandError that says what to set */
export function requireHomeAssistant({ home_assistant: { url, token } }: Config): {
  readonly url: string;
  readonly token: string;
} {
  if (url === undefined) {
    throw new CommandError(
      'set HA_URL to the address of Home Assistant: http://homeassistant.local:8123',
      EXIT.usage,
    );
  }
  if (token === undefined) {
    const remedy = 'made there in your profile, under Security';
    throw new CommandError(
      `set HA_TOKEN (or HA_TOKEN_FILE) to a long-lived access token, ${remedy}`,
      EXIT.usage,
    );
  }
  return { url, token };
}

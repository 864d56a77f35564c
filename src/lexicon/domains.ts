import { nearest } from '../language/nearest.ts';
import type { Home } from './home.ts';

/** Domains of Home Assistant that have entities or actions, as its integrations name them, what is asked of nothing, and what no home has. */
const DOMAINS: readonly string[] = `
  alarm_control_panel assist_satellite automation binary_sensor button calendar camera climate conversation counter cover
  date datetime device_tracker event fan group homeassistant humidifier image input_boolean input_button input_datetime
  input_number input_select input_text lawn_mower light lock media_player mqtt notify number persistent_notification
  person reminder remote rest_command scene schedule script select sensor shell_command shopping_list siren sun switch text time
  timer todo tts update vacuum valve water_heater weather zone
`
  .trim()
  .split(/\s+/);

/** All domains that an action may have here. */
export function domainsKnownIn(home: Home): ReadonlySet<string> {
  return new Set([...DOMAINS, ...home.entities.map(({ domain }) => domain)]);
}

/** What is wrong with an action, or a pattern for some, whose domain is not known, and which one may be meant. */
export function unknownDomain(action: string, known: ReadonlySet<string>): string {
  const [domain = ''] = action.split('.');
  const meant = nearest(domain, known);
  const hint = meant === undefined ? '' : `; did you mean ${meant}${action.slice(domain.length)}?`;
  return `${action} is in no domain that Home Assistant or home.yaml has${hint}`;
}

/** Tells of actions in domains that neither Home Assistant nor this home has; each once. */
export function domainNotices(actions: Iterable<string>, home: Home): readonly string[] {
  const known = domainsKnownIn(home);
  return [...new Set(actions)].flatMap((action) =>
    known.has(action.split('.')[0] ?? '') ? [] : [`the action ${unknownDomain(action, known)}`],
  );
}

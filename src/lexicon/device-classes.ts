import { nearest } from '../language/nearest.ts';
import type { Home } from './home.ts';

/** Device classes of covers, as Home Assistant's cover integration names them. */
export const COVER_CLASSES: ReadonlySet<string> = new Set(
  'awning blind curtain damper door garage gate shade shutter window'.split(' '),
);

/** Those of all other integrations that have some. */
const OTHER_CLASSES: readonly string[] = `
  absolute_humidity apparent_power aqi area atmospheric_pressure battery battery_charging blood_glucose_concentration button
  carbon_dioxide carbon_monoxide cold conductivity connectivity current data_rate data_size date dehumidifier distance
  doorbell duration energy energy_distance energy_storage enum firmware frequency garage_door gas heat humidifier humidity
  identify illuminance irradiance light lock moisture monetary motion moving nitrogen_dioxide nitrogen_monoxide
  nitrous_oxide occupancy opening outlet ozone ph plug pm1 pm10 pm25 pm4 power power_factor precipitation
  precipitation_intensity presence pressure problem projector reactive_energy reactive_power receiver restart running
  safety signal_strength smoke sound sound_pressure speaker speed sulphur_dioxide switch tamper temperature
  temperature_delta timestamp tv update uptime vibration volatile_organic_compounds volatile_organic_compounds_parts voltage
  volume volume_flow_rate volume_storage water weight wind_direction wind_speed
`
  .trim()
  .split(/\s+/);

/**
 * Ours, where Home Assistant has none: what cools is not what heats, though both are `climate`; a script may wake somebody
 * up, and a switch may be what heats water or what waters the garden.
 */
const OWN_CLASSES: readonly string[] = ['air_conditioner', 'wake_up', 'kettle', 'irrigation'];

const KNOWN: ReadonlySet<string> = new Set([...COVER_CLASSES, ...OTHER_CLASSES, ...OWN_CLASSES]);

/** What is wrong with a device class that neither Home Assistant nor this home has; undefined for one that they have. */
export function unknownDeviceClass(deviceClass: string, home: Home): string | undefined {
  const own = new Set(home.entities.flatMap((entity) => entity.deviceClass ?? []));
  if (KNOWN.has(deviceClass) || own.has(deviceClass)) return undefined;
  return `neither Home Assistant nor home.yaml has ${described(deviceClass)}`;
}

/** Tells of things whose device class Home Assistant does not have. */
export function deviceClassNotices(home: Home): readonly string[] {
  return home.entities.flatMap(({ id, deviceClass }) =>
    deviceClass === undefined || KNOWN.has(deviceClass)
      ? []
      : [`${id}: Home Assistant does not have ${described(deviceClass)}`],
  );
}

function described(deviceClass: string): string {
  const meant = nearest(deviceClass, KNOWN);
  return `the device_class ${deviceClass}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

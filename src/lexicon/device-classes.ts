/** Device classes of covers, as Home Assistant's cover integration names them. */
export const COVER_CLASSES: ReadonlySet<string> = new Set(
  'awning blind curtain damper door garage gate shade shutter window'.split(' '),
);

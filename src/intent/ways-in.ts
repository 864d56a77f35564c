/** Home Assistant's device classes of what lets people in. */
export const ENTRANCE_CLASSES: readonly string[] = ['garage', 'gate', 'door'];

/** Domains of what is only switched, and moves a gate where it is wired to one. */
export const RELAY_DOMAINS: readonly string[] = ['switch', 'input_boolean', 'button', 'input_button'];

/**
 * What may stand before or behind an order and never belongs to it, as the fillers within a sentence sometimes do
 * ("zagraj Hello"). Folded; longer ones first.
 */
export const polishCourtesies: readonly string[] = [
  'bardzo prosze',
  'prosze cie',
  'z gory dziekuje',
  'czy mozesz',
  'czy moglbys',
  'czy moglabys',
  'moglbys',
  'moglabys',
  'mozesz',
  'prosze',
  'poprosze',
  'dziekuje',
  'dzieki',
];

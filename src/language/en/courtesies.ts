/**
 * What may stand before or behind an order and never belongs to it, as the fillers within a sentence sometimes do
 * ("play hello"). Folded; longer ones first.
 */
export const englishCourtesies: readonly string[] = [
  'thank you very much',
  'thank you',
  'could you please',
  'can you please',
  'would you please',
  'will you please',
  'could you',
  'can you',
  'would you',
  'will you',
  'please',
  'thanks',
];

import type { Sounds } from '../spelling-knowledge.ts';

/** Spellings that sound alike in English, after J. C. Wells, "Accents of English", on spelling and sound. */
export const englishSounds: Sounds = {
  alike: [
    [/(.)\1+/g, '$1'],
    [/^kn/g, 'n'],
    [/^wr/g, 'r'],
    [/ph/g, 'f'],
    [/th/g, 'd'],
    [/ght/g, 't'],
    [/ck|c(?=[^eihy]|$)|qu?/g, 'k'],
    [/c(?=[eiy])/g, 's'],
    [/z/g, 's'],
    [/ei|ie|ea|ee/g, 'e'],
    [/ou(?=r)/g, 'o'],
  ],
  // Who tells something names who did it, and an order does not: there is a word more.
  tellingForms: () => [],
  prefixes: ['in', 'out', 're', 'up', 'down'],
  negatingPrefixes: ['un', 'dis', 'de', 'non'],
};

import type { Sounds } from '../spelling-knowledge.ts';

/** Endings of the past tense, of wishes and of what was done, behind an infinitive's stem. */
const PAST =
  'l la lo li ly lem lam les las lismy lysmy liscie lyscie lby laby lbym labym liby lyby nie nia'.split(' ');
const PRESENT: Readonly<Record<string, readonly string[]>> = {
  ic: 'i isz imy icie e ie a ia'.split(' '),
  yc: 'y ysz ymy ycie e a'.split(' '),
  ac: 'am asz a amy acie aja e ie'.split(' '),
  ec: 'i e isz imy icie a'.split(' '),
};

const WISH = ' a o em am es as by aby bym abym bys abys'.split(' ');

/** Of an infinitive: `zapalil`, `zapali`, `zapale` of `zapalic`; of a wish: `moglbym` of `moglbys`. Endings after Z. Saloni, "Czasownik polski". */
function tellingForms(word: string): string[] {
  const wish = /^(.+l)a?by[ms]$/.exec(word);
  if (wish) return WISH.map((ending) => wish[1] + ending);
  const present = word.length > 4 && PRESENT[word.slice(-2)];
  if (!present) return [];
  return [
    ...PAST.map((ending) => word.slice(0, -1) + ending),
    ...present.map((ending) => word.slice(0, -2) + ending),
  ];
}

export const polishSounds: Sounds = {
  /**
   * Spellings that sound alike in Polish, folded, after the rules of pronunciation in D. Ostaszewska, J. Tambor,
   * "Fonetyka i fonologia współczesnego języka polskiego": nasal vowels before stops, voice lost at the end and behind
   * voiceless consonants.
   */
  alike: [
    [/(.)\1+/g, '$1'],
    [/x/g, 'ks'],
    [/v/g, 'w'],
    [/qu?/g, 'k'],
    [/ch/g, 'h'],
    [/rz|sz/g, 's'],
    [/(?<=[pktsc])w/g, 'f'],
    [/cz|dz|ts/g, 'c'],
    [/z/g, 's'],
    [/u/g, 'o'],
    [/j|y/g, 'i'],
    [/en(?=[ckgdts])|em(?=[bp])/g, 'e'],
    [/on(?=[ckgdt])|om(?=[bp])/g, 'a'],
    [/om$/g, 'a'],
    [/em$/g, 'e'],
    [/d$/g, 't'],
    [/b$/g, 'p'],
    [/g$/g, 'k'],
    [/w$/g, 'f'],
    [/i+/g, 'i'],
  ],
  tellingForms,
  prefixes: 'w wy we za od ode o u roz z s pod przy prze do na'.split(' '),
  negatingPrefixes: 'nie bez de dez'.split(' '),
};

import type { Sounds } from '../spelling-knowledge.ts';

/**
 * Spellings that sound alike in Polish, folded, after the rules of pronunciation in D. Ostaszewska, J. Tambor,
 * "Fonetyka i fonologia współczesnego języka polskiego": nasal vowels before stops, voice lost at the end.
 */
export const polishSounds: Sounds = {
  alike: [
    [/(.)\1+/g, '$1'],
    [/x/g, 'ks'],
    [/v/g, 'w'],
    [/qu?/g, 'k'],
    [/ch/g, 'h'],
    [/rz|sz/g, 's'],
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
  endings: [
    new Set(
      ' a e i y o u ie ia iu ii em iem ie om ami iami ach iach ow owi ej iej ego iego emu iemu ym im ych ich ymi imi'.split(
        ' ',
      ),
    ),
    new Set('i j ja ju je jem jom jow jowi jami jach'.split(' ')),
    new Set('ka ki ke ko ce ek kiem kom kami kach'.split(' ')),
  ],
  prefixes: 'w wy we za od ode o u roz z s pod przy prze do na'.split(' '),
  negatingPrefixes: 'nie bez de dez'.split(' '),
};

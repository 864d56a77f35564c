import { expect, test } from 'vitest';
import { patternMistake } from '../../../src/rules/regex-safety.ts';

test.for([
  'włącz światło.*',
  '.*(włącz|zapal) (światło|lampę).*',
  'ustaw( jasność)? na \\d+ ?%',
  '(?:proszę )?zgaś (?:światło|lampę)( w .*)?',
  'nastaw [0-9]{1,3} (minut|minuty)',
  'zapal światło.',
  'zapal  ?światło\\.?',
  'zapal, proszę, światło',
])('"%s" may be a pattern', (pattern) => {
  expect(patternMistake(pattern)).toBeUndefined();
});

test.for([
  ['(a+)+b', /repeats what repeats/],
  ['(a*)*', /repeats what repeats/],
  ['(a|a)*b', /alternatives in a repeated group/],
  ['(a|ab)+c', /alternatives in a repeated group/],
  ['((a|b)c|ac){2,}d', /alternatives in a repeated group/],
  ['.*a.*b.*c.*d.*e', /too many parts of open length/],
  [`${'a?'.repeat(24)}${'a{1,3}'.repeat(8)}`, /repeats what repeats|too many parts/],
  ['(a)\\1', /references back/],
  ['(światło', /no regular expression/],
  ['.*', /at least one word of its own/],
  ['\\w+ [a-z]{2,4}( .*)?', /at least one word of its own/],
  ['procent \\p{L}+', /write \[a-z\]/],
  ['Zapal\tŚwiatło', /write a space/],
  ['zapal\\tswiatlo', /write a space/],
  ['zapal  światło', /one space/],
  ['zapal światło ', /without spaces around/],
  ['kropka, przecinek\\.', /punctuation at the end/],
  ['zapal światło!', /punctuation at the end/],
  ['[', /no regular expression/],
] as const)('"%s" may not', ([pattern, message]) => {
  expect(patternMistake(pattern)?.message).toMatch(message);
});

import type { Asides } from '../asides.ts';
import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';

/** Who or what somebody tells of; a question has its verb before them. */
const TOLD =
  /^(?:(?:oh|ah|ugh|god|gosh|wow|well|man|right|so) )*(?:(?:i|we|he|she|it|they|there|that|this|somebody|someone|everybody|everyone|nobody)\b|(?:the|my|our|his|her|a) (?:\w+ ){1,3}(?:is|are|was|has|have|keeps?|\w+s|\w+ing)\b|(?:(?:the|my|our|his|her) )?(?:\w+ )?\w+['’]s \w+)/;

export const englishAsides: Asides = {
  reasons: [
    'because',
    'cause',
    'cos',
    'coz',
    'cuz',
    ...combined(
      ['since'],
      ['i', 'im', 'it', 'its', 'we', 'were', 'the', 'there', 'theres', 'nobody', 'nobodys'],
    ),
    ...combined(['so'], ['i', 'we', 'that']),
  ],
  remarks: [
    ...'im,i am,ive,i keep,i cant,its,it is,were,we are,weve,we cant,theyre,hes,shes,nobody,nobodys,no one,theres'.split(
      ',',
    ),
    ...combined(['the'], ['kids', 'children', 'girls', 'boys', 'neighbours', 'neighbors'], ['are']),
    ...combined(['the'], ['baby', 'kid'], ['is']),
    ...'someones,someone is,somebodys,somebody is,the babys'.split(','),
  ],
  comments: [
    ...combined(
      ['', 'ok', 'okay', 'right', 'oh'],
      ['thats enough', 'thatll do', 'that will do', 'that is enough'],
      ['', 'now', 'light', 'of that'],
    ),
    ...combined(
      ['', 'ok', 'okay', 'and', 'right', 'i think'],
      ['enough', 'thats all', 'that is all', 'thats it', 'that is it', 'thats everything'],
      ['', 'for now', 'for today'],
    ),
    ...combined(['', 'oh'], ['by the way', 'while youre at it', 'while i think of it', 'one more thing']),
  ],
  tells: (text) => TOLD.test(text),
  // English says who or what it tells of first, and that begins its remarks.
  announces: () => false,
  isInfinitive: (words, at) => words[at - 1] === 'to',
  jests: /^(?:kidding|joking)$/,
  // "Said", "thinks"; "you're"; "supposed".
  ofOthers:
    /^(?:sa(?:y|ys|id|ying)|t(?:ell|ells|old|elling)|ask(?:s|ed|ing)?|shout(?:s|ed|ing)?|yell(?:s|ed|ing)?|call(?:s|ed|ing)?|writ(?:e|es|ing|ten)|wrote|reads?|reading|sings?|sang|singing|songs?|story|thinks?|thought|thinking|wonder(?:s|ed|ing)?|dream(?:s|t|ed|ing)?|hear|heard|hears|goes like|mean|means|meant|want(?:s|ed)?|needs?|needed|wish(?:es|ed)?|would|could|should|might|must|may|supposed|pretend(?:s|ing)?|imagine|guess|suppose|like|likes|lets|let|please|can|you|youre|youve|youll|youd|your|yours|mum|mom|mummy|mommy|dad|daddy|gran|grandma|grandpa|kids|guys|everyone|id|wed|hed|shed|theyd)$/,
  states:
    /^(?:on|off|out|up|down|back|over|open|closed|shut|locked|unlocked|lit|warm|cool|clean|last|next|more|less|longer|getting|warmer|colder|hotter|darker|brighter|louder|covered|opened|playing|starting|beginning|running|heating|cooling|started|finished|stopped|ended)$/,
  retractions: wordSet(
    'kidding joking joke sorry wrong mistake mistaken sure fine good ok okay alright nothing changed mind cancel wait',
    'forget forgot thinking wondering guessing saying telling asking talking supposed done off not dont never no',
  ),
  conclusions: ['so'],
  limits: wordSet('but only except excluding besides instead however mean meant rather'),
  hedges: [
    'about',
    'around',
    'roughly',
    'approximately',
    'like',
    'say',
    'maybe',
    'something like',
    'more or less',
  ],
  tags: wordSet('eh yeah right ok okay'),
  permissions: combined(
    ['', 'ok', 'okay', 'right', 'alright', 'all right', 'thanks'],
    ['you can', 'you may'],
    ['', 'just', 'go ahead and'],
  ),
};

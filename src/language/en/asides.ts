import type { Asides } from '../asides.ts';
import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';

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
  remarks: ['im', 'i am', 'its', 'it is', 'i cant', 'we cant', 'nobody', 'nobodys', 'no one', 'theres'],
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
};

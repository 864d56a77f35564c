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
  remarks:
    'im,i am,ive,i keep,i cant,its,it is,were,we are,weve,we cant,theyre,hes,shes,nobody,nobodys,no one,theres'.split(
      ',',
    ),
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
};

import type { Asides } from '../asides.ts';
import { wordSet } from '../cautions.ts';

export const polishAsides: Asides = {
  reasons: ['bo', 'boc', 'gdyz', 'poniewaz', 'dlatego ze', 'przeciez', 'zebym', 'zebysmy', 'abym', 'abysmy'],
  remarks: [
    'nikt',
    'nikogo',
    'nic nie',
    'jest mi',
    'ide',
    'idziemy',
    'wychodze',
    'wychodzimy',
    'robi sie',
    'wieje',
    'pada',
    'leje',
    'swieci',
    'razi',
  ],
  retractions: wordSet('zart zarty zarcik zartuje pomylka dobrze okej ok fajnie glupota blad'),
  conclusions: ['wiec', 'dlatego', 'to'],
  limits: wordSet('ale lecz jednak natomiast tylko wylacznie oprocz procz poza zamiast wyjatkiem'),
  hedges: [
    'jakby',
    'jakies',
    'gdzies',
    'tak gdzies',
    'tak',
    'okolo',
    'mniej wiecej',
    'powiedzmy',
    'plus minus',
    'no',
  ],
  tags: wordSet('co dobra dobrze okej ok no'),
};

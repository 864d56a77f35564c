import type { Cautions } from '../cautions.ts';

export const englishCautions: Cautions = {
  negations: new Set(['not', 'dont', 'never', 'no', 'cannot', 'cant', 'doesnt', 'wont', 'without']),
  questions: new Set([
    'is',
    'are',
    'was',
    'did',
    'does',
    'do',
    'when',
    'where',
    'why',
    'how',
    'what',
    'which',
    'who',
  ]),
  later: new Set([
    'tomorrow',
    'later',
    'tonight',
    'at',
    'after',
    'before',
    'when',
    'if',
    'unless',
    'until',
    'every',
  ]),
};

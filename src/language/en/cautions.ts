import { type Cautions, wordSet } from '../cautions.ts';

export const englishCautions: Cautions = {
  negations: wordSet(
    'not never no none nothing nobody nowhere neither nor without cannot',
    'dont doesnt didnt isnt arent wasnt werent wont wouldnt cant couldnt shouldnt mustnt neednt havent hasnt hadnt aint',
    // "Leave it off", "avoid turning on": as it is.
    'leave avoid refrain quit except excluding besides instead',
  ),
  questions: wordSet(
    'is are am was were did does do has had should shall when where why how what which who whose whom',
    'isnt arent wasnt whats wheres whens whos hows',
  ),
  later: wordSet(
    'tomorrow today tonight yesterday later soon afterwards at after before when whenever once while if unless until till',
    'morning afternoon evening night noon midnight sunset sunrise dawn dusk',
    'monday tuesday wednesday thursday friday saturday sunday weekend weekends weekdays',
    'every daily weekly nightly always usually sometimes supposing provided assuming',
  ),
  joiners: wordSet('and then but also or plus yet however only'),
  places: wordSet('in at above under by near behind beside below over between outside inside'),
  inside: wordSet('in'),
  totals: wordSet('all every each everything everywhere whole entire'),
  slightly: wordSet('little bit slightly notch tad touch partly partially somewhat'),
  headings: new Set(),
};

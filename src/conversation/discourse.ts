import type { Clock } from '../clock.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import { asMeant } from './as-meant.ts';
import { beforeRemark, behindComment, besideRemark } from './beside-remark.ts';
import { callOff } from './call-off.ts';
import { compose } from './compose.ts';
import { correctionIn } from './correction.ts';
import { exceptedIn, type Touched } from './excepted.ts';
import { followUp } from './follow-up.ts';
import { addsThing, joinsOrder, leaningOf, namesNothing } from './leaning.ts';
import { leftAsIs } from './left-as-is.ts';
import { movedIn } from './moved-time.ts';
import { withPairWords } from './pair-phrases.ts';
import type { Composed } from './put-together.ts';
import { shortIn } from './retort.ts';
import { takingBack } from './take-back.ts';
import { theRest } from './the-rest.ts';
import type { MeantText, Understand } from './understand.ts';

/** Understands what takes more than one sentence by itself to understand. Pure and synchronous. */
export interface Discourse {
  /** Several orders in one breath, orders with a time, and calling those off; undefined where it is nothing of the kind. */
  compose(utterance: Utterance): Composed | undefined;
  /** Whether what was said before may tell what it means. */
  leans(utterance: Utterance): boolean;
  /** Whether it may go on from what was said before, though it has a meaning by itself: "jaśniej". */
  goesOn(utterance: Utterance): boolean;
  /** Whether only what was said before can tell what it means, whatever it means by itself: "the wall light too". */
  addsThing(utterance: Utterance): boolean;
  /** @param before the turns of the same talk, the newest last */
  followUp(utterance: Utterance, before: readonly PastTurn[]): Composed | undefined;
}

/** Milliseconds that the clock of whoever heard it may be wrong; further off it tells nothing. */
const MOST_OFF_MS = 600_000;

/**
 * @param meant the ways in which the slips of a text may be mended
 * @param touched without it nothing can be left out of anything
 * @param zone the home's, IANA name
 */
export function createDiscourse({
  understand,
  meant,
  touched = () => [],
  zone,
  clock,
}: {
  understand: Understand;
  meant: (utterance: Utterance) => readonly MeantText[];
  touched?: Touched;
  zone: string;
  clock: Clock;
}): Discourse {
  const circumstancesOf = ({ saidAt }: Utterance) => {
    const now = clock.now();
    const isLikely = saidAt !== undefined && Math.abs(saidAt - now) <= MOST_OFF_MS;
    return { understand, zone, now: isLikely ? saidAt : now };
  };
  const saysBack = (utterance: Utterance): boolean =>
    (shortIn(utterance) ?? takingBack(utterance)) !== undefined;
  const leansItself = (utterance: Utterance): boolean =>
    (leaningOf(utterance) ?? movedIn(utterance) ?? correctionIn(utterance)) !== undefined ||
    saysBack(utterance);
  const leans = (spoken: Utterance): boolean => {
    const utterance = withPairWords(spoken);
    const behind = behindComment(utterance);
    return (
      leansItself(utterance) ||
      (behind !== undefined && leansItself(behind)) ||
      beforeRemark(utterance).some(leansItself)
    );
  };
  return {
    compose(utterance) {
      const circumstances = circumstancesOf(utterance);
      const composed = callOff(utterance, circumstances) ?? compose(utterance, circumstances);
      if (composed?.kind === 'understood') return composed;
      const apart =
        exceptedIn(utterance, { understand, touched }) ??
        leftAsIs(utterance, { understand, touched }) ??
        theRest(utterance, { ...circumstances, touched });
      if (apart) return apart;
      const read = (mended: Utterance): Composed | undefined => compose(mended, circumstances);
      return asMeant(utterance, meant(utterance), read) ?? composed;
    },
    leans: (utterance) =>
      leans(utterance) || meant(utterance).some(({ text }) => leans({ ...utterance, text })),
    goesOn: (utterance) =>
      namesNothing(utterance) ||
      saysBack(utterance) ||
      joinsOrder(utterance) ||
      beforeRemark(utterance).some(saysBack),
    addsThing,
    followUp(utterance, before) {
      const circumstances = circumstancesOf(utterance);
      const read = (spoken: Utterance): Composed | undefined => {
        const said = withPairWords(spoken);
        const behind = behindComment(said);
        const goneOn = (rest: Utterance): Composed | undefined => followUp(rest, before, circumstances);
        const beside = (): Composed | undefined =>
          besideRemark(said, { understand, compose: goneOn, goesOn: true });
        return goneOn(said) ?? (behind && goneOn(behind)) ?? beside();
      };
      return read(utterance) ?? asMeant(utterance, meant(utterance), read);
    },
  };
}

import type { Clock } from '../clock.ts';
import type { ModelEvents } from './model-events.ts';
import { atOnce, ProviderFailure } from './provider-failure.ts';
import { createRest, type Rest, type RestReason } from './rest.ts';
import type { Wire, WireReply } from './wire.ts';

/** The accounts of one provider, who take turns. */
export interface Rotation {
  /** Why none of them may be asked now; absent where somebody may. */
  restReason(): RestReason | undefined;
  /** Whose turn it is. Nobody's, where none of them may be asked. */
  next(): Wire | undefined;
  /** What an operator has to put right, of each account that has something. */
  troubles(): readonly ProviderFailure[];
  /** True where no account is without trouble. */
  isAllInTrouble(): boolean;
}

interface Member {
  readonly wire: Wire;
  readonly address: string;
  readonly weight: number;
  readonly rest: Rest;
  /** How much it is behind its share. */
  credit: number;
  /** Requests in a row that it would not take. */
  refusals: number;
  trouble: ProviderFailure | undefined;
}

/** So many people in a row do not say what a model takes badly: it is the model. */
const MANY_REFUSALS = 3;

/**
 * Shares the calls out among the accounts of one provider by their weights. One that refuses everything (a wrong key) is
 * asked once a minute, one that asked to be left alone is, and one that has just failed comes after the others. Whatever
 * one of them says of itself is no reason to give up while another one may be asked: its failure then says so.
 *
 * @param accounts at least one
 */
export function createRotation({
  provider,
  accounts,
  events,
  clock,
}: {
  readonly provider: string;
  readonly accounts: readonly { readonly wire: Wire; readonly address: string; readonly weight: number }[];
  readonly events: Pick<ModelEvents, 'problem' | 'solved'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}): Rotation {
  const members = accounts.map(
    (account): Member => ({
      ...account,
      rest: createRest(clock),
      credit: 0,
      refusals: 0,
      trouble: undefined,
    }),
  );

  function ready(): readonly Member[] {
    const able = members.filter(({ rest }) => rest.reason() === undefined);
    const liked = able.filter(({ rest }) => !rest.isAvoided());
    return liked.length > 0 ? liked : able;
  }

  /** Whoever is furthest behind its share of what was asked: no more than a turn from it at any time. */
  function choose(among: readonly Member[]): Member | undefined {
    let chosen: Member | undefined;
    for (const member of among) {
      member.credit += member.weight;
      if (!chosen || member.credit > chosen.credit) chosen = member;
    }
    if (chosen) chosen.credit -= among.reduce((sum, { weight }) => sum + weight, 0);
    return chosen;
  }

  function failed(member: Member, failure: ProviderFailure): ProviderFailure {
    member.rest.failed(failure);
    if (failure.traits.isOfRequest) member.refusals += 1;
    // One may be about what was said.
    const isProblem = !failure.traits.isOfRequest || member.refusals >= MANY_REFUSALS;
    if (isProblem && failure.traits.problem !== undefined) {
      const isNew = member.trouble?.message !== failure.message;
      member.trouble = failure;
      if (isNew) events.problem({ provider, message: failure.message });
    }
    return canAnotherOneHelp(member, failure) ? atOnce(failure) : failure;
  }

  function canAnotherOneHelp(member: Member, { traits: { kind, isStanding } }: ProviderFailure): boolean {
    const others = ready().filter((other) => other !== member && !other.rest.isAvoided());
    if (isStanding || kind === 'rate_limited') return others.length > 0;
    return kind === 'unavailable' && others.some(({ address }) => address !== member.address);
  }

  function worked(member: Member, { exhaustedForMs }: WireReply): void {
    member.rest.answered(exhaustedForMs);
    member.refusals = 0;
    if (!member.trouble) return;
    member.trouble = undefined;
    events.solved({ provider });
  }

  return {
    restReason() {
      const reasons = members.map(({ rest }) => rest.reason());
      if (reasons.includes(undefined)) return undefined;
      return reasons.includes('rate_limited') ? 'rate_limited' : 'provider_error';
    },
    next() {
      const member = choose(ready());
      if (!member) return undefined;
      member.rest.asked();
      return {
        prepare(request) {
          const prepared = member.wire.prepare(request);
          return {
            async send(signal) {
              try {
                const reply = await prepared.send(signal);
                worked(member, reply);
                return reply;
              } catch (error) {
                throw error instanceof ProviderFailure ? failed(member, error) : error;
              }
            },
            drop: prepared.drop,
          };
        },
      };
    },
    troubles: () => members.flatMap(({ trouble }) => trouble ?? []),
    isAllInTrouble: () => members.every(({ trouble }) => trouble !== undefined),
  };
}

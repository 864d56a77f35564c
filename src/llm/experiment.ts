import { createHash } from 'node:crypto';
import type { ProviderChoice } from './choose-providers.ts';
import type { Prompts } from './prompts.ts';

/** One way of asking. */
export interface Arm {
  /** Its name in the experiment; absent where none runs. */
  readonly variant?: string;
  /** Its share of the origins, beside the others'. */
  readonly weight: number;
  /** In the order in which they are asked. */
  readonly choices: readonly ProviderChoice[];
  readonly prompts: Prompts;
}

const BYTES = 6;

/**
 * Shares origins out among the arms by their weights. An origin stays with its arm, in every process and after every start,
 * as long as the names and weights are the same.
 *
 * @param arms at least one
 */
export function createAssignment<Member extends Pick<Arm, 'variant' | 'weight'>>(
  arms: readonly [Member, ...Member[]],
): (origin: string) => Member {
  const [only] = arms;
  if (arms.length === 1) return () => only;
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  // The names are hashed too, or whoever is in the small arm of one experiment would be in that of the next.
  const names = arms.map(({ variant }) => variant ?? '');
  return (origin) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([names, origin]))
      .digest();
    let left = (digest.readUIntBE(0, BYTES) / 2 ** (8 * BYTES)) * total;
    for (const arm of arms) {
      left -= arm.weight;
      if (left < 0) return arm;
    }
    return arms.at(-1) ?? only;
  };
}

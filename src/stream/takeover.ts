import { bindScript } from '../redis/script.ts';
import { type ConsumerGroup, requireGroup } from './consumer-group.ts';
import { FENCE, type Tenure } from './ownership.ts';
import { requireStreams } from './stream-information.ts';

const CLAIM = `#!lua flags=allow-oom
${FENCE}
local claimed = redis.call('XAUTOCLAIM', KEYS[2], ARGV[2], ARGV[3], 0, ARGV[4], 'COUNT', 1000, 'JUSTID')
for _, id in ipairs(claimed[3]) do redis.call('HDEL', KEYS[3], id) end
return claimed
`;

/** What a new owner finds. */
export interface Inheritance extends ConsumerGroup {
  /** Ids of all pending entries, oldest first; they are this consumer's now. */
  readonly pending: readonly string[];
  /** How many entries were deleted while they were pending; Redis lets go of them when they are claimed. */
  readonly deleted: number;
}

/**
 * Takes over a stream: makes the group if it is missing and claims what earlier owners left pending.
 *
 * @throws an error naming the key when one of the streams is no stream; LOST when another replica is the owner
 */
export async function takeOver({ redis, names, token }: Tenure): Promise<Inheritance> {
  await requireStreams(redis, [names.input, names.output, names.deadLetters]);
  const group = await requireGroup({ redis, names, token });
  return { ...group, ...(await claimPending({ redis, names, token })) };
}

async function claimPending({
  redis,
  names,
  token,
}: Tenure): Promise<Pick<Inheritance, 'pending' | 'deleted'>> {
  const claim = bindScript(redis, { name: 'claimPending', numberOfKeys: 3, lua: CLAIM });
  const pending: string[] = [];
  let deleted = 0;
  let from = '0-0';
  do {
    const [next, ids, deletedIds] = (await claim(
      [names.owner, names.input, names.failures],
      [token, names.group, names.consumer, from],
    )) as [string, string[], string[]];
    pending.push(...ids);
    deleted += deletedIds.length;
    from = next;
  } while (from !== '0-0');
  return { pending, deleted };
}

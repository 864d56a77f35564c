/** One way to a provider: a key at an address. */
export interface Account {
  /** How an operator knows it, by its position and never by the key: `key 2 of 3`. Empty where it is the only one. */
  readonly name: string;
  /** Up to what all paths of the provider have in common. */
  readonly baseUrl: string;
  /** Absent for a server of one's own that wants none. */
  readonly apiKey?: string;
  /** How often it is asked, beside the others' weights. */
  readonly weight: number;
}

/**
 * All ways to a provider: its keys at its one address, or at each of its addresses the one key there is. Where there are
 * several of both, they belong together in their order: no address is ever sent a key that may be meant for another one.
 *
 * @param given.weights in the same order; none where all are alike
 * @returns what is wrong, where they do not fit together
 */
export function accountsOf({
  keys,
  addresses,
  weights,
}: {
  readonly keys: readonly string[];
  /** At least one. */
  readonly addresses: readonly string[];
  readonly weights: readonly number[];
}): readonly Account[] | string {
  const count = Math.max(keys.length, addresses.length);
  if (keys.length > 1 && addresses.length > 1 && keys.length !== addresses.length) {
    return `${keys.length} keys and ${addresses.length} addresses do not fit together: expected one of either, or a key for each address`;
  }
  if (weights.length > 0 && weights.length !== count) {
    return `${weights.length} weights do not fit to ${count} ${keys.length > 1 ? 'keys' : 'addresses'}: expected one for each, or none`;
  }
  const kind = keys.length > 1 ? 'key' : 'address';
  return Array.from({ length: count }, (_, index) => {
    const apiKey = keys[index] ?? keys[0];
    return {
      name: count > 1 ? `${kind} ${index + 1} of ${count}` : '',
      baseUrl: addresses[index] ?? addresses[0] ?? '',
      weight: weights[index] ?? 1,
      ...(apiKey !== undefined && { apiKey }),
    };
  });
}

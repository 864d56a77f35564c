/** What a provider lets through each minute, as seen by who calls it. */
export interface ProviderQuota {
  /**
   * Takes one request and its tokens, or nothing. Does not wait: another provider may be free.
   *
   * @param tokens of the prompt and of the longest reply, as far as one can tell before
   */
  take(provider: string, tokens: number): Promise<TakenQuota | 'rate_limited'>;
}

/** Leave for one request. Told once how it ended, whichever way. */
export interface TakenQuota {
  /** @param tokens as the provider counted them: what was not needed is free for others */
  took(tokens: number): void;
  /** Nothing was sent. */
  giveBack(): void;
}

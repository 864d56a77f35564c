import { z } from 'zod';
import { dollars, positive, seconds } from './fields.ts';
import { providerChoice } from './provider-names.ts';

const shareOfOne = z.number().min(0).max(1);

export const mode = z.strictObject({
  automatic: z.boolean().default(true).meta({
    description:
      'choose a cheaper mode by itself, as the fields below say; what an operator sets goes before it',
  }),
  budget: z
    .strictObject({
      economy_share: shareOfOne
        .default(0.8)
        .meta({ description: "share of a day's or month's budget that is spent when economy begins" }),
      rules_only_share: shareOfOne.default(1).meta({
        description: 'the same for rules-only, which also begins when what is left is too little for a call',
      }),
    })
    .refine(({ economy_share: economy, rules_only_share: rulesOnly }) => economy <= rulesOnly, {
      path: ['economy_share'],
      message: 'economy has to begin before rules-only; expected at most rules_only_share',
    })
    .prefault({}),
  hour: z
    .strictObject({
      economy_usd: dollars.optional().meta({
        description:
          'economy begins when the last sixty minutes cost so much, in decimal dollars; absent: never',
      }),
      rules_only_usd: dollars.optional().meta({ description: 'the same for rules-only' }),
    })
    .prefault({}),
  trouble: z
    .strictObject({
      p99_ms: positive.max(120_000).default(5000).meta({
        description:
          'how long the slowest hundredth of the answers of models may take; one that did not come within llm.deadline_ms is slow in any case',
      }),
      failed_share: shareOfOne
        .default(0.05)
        .meta({ description: 'share of the utterances that models may fail' }),
      window_seconds: seconds.min(1).default(300).meta({
        description: 'how long either is looked back upon; a single bad fifth of it does not count',
      }),
      minimum_calls: positive
        .default(20)
        .meta({ description: 'with fewer utterances in that time nothing is concluded' }),
    })
    .prefault({}),
  margin: shareOfOne.max(0.9).default(0.1).meta({
    description:
      'a cheaper mode ends when what it began for is so much, as a share, below its threshold again',
  }),
  minimum_stay_seconds: seconds.default(60).meta({
    description:
      'how long its cause has to be gone before a cheaper mode ends; twice as long each time that it comes back within an hour',
  }),
  economy: z
    .strictObject({
      models: z.array(providerChoice).optional().meta({
        description:
          'who is asked in economy, in this order, as provider:model; without it the cheapest of those that are asked anyway',
      }),
      ttl_seconds: seconds.min(1).default(3600).meta({
        description: 'how long an answer is kept that was found in economy, where cache.ttl_seconds is less',
      }),
    })
    .prefault({}),
});

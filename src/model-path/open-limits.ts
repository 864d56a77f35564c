import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { originOf } from '../intent/origin.ts';
import { createLimits, type Limits } from '../limits/limits.ts';
import { prefixOfRoom } from '../room-keys.ts';
import type { ModelPathEvents } from './model-path-events.ts';

/** How often each origin and each provider may be asked, as the configuration says. */
export function openLimits({
  config,
  redis,
  nameOf,
  clock,
  events,
}: {
  config: Config;
  redis: Redis;
  /** One name for a room, however it is called. */
  nameOf: (room: string) => string;
  clock: Clock;
  events: ModelPathEvents;
}): Limits {
  const { llm } = config;
  const { origins, queue, ...usual } = config.limits;
  return createLimits({
    ...{ redis, keyPrefix: prefixOfRoom('limits', config), usual, places: queue, clock },
    own: new Map(
      origins.map(({ origin, minute = usual.minute, hour = usual.hour, day = usual.day }) => [
        originOf({ room: nameOf(origin) }),
        { minute, hour, day },
      ]),
    ),
    providers: new Map(
      Object.entries(llm).flatMap(([provider, said]) => {
        if (said === null || typeof said !== 'object' || !('requests_per_minute' in said)) return [];
        return [[provider, { requests: said.requests_per_minute, tokens: said.tokens_per_minute }]];
      }),
    ),
    events: {
      trouble: (operation, message) => events.trouble('limits', operation, message),
      recovered: (operation) => events.recovered('limits', operation),
      limited: events.limited,
    },
  });
}

import { beforeEach, describe, expect, test } from 'vitest';
import { createHealth, type Health } from '../../../src/telemetry/health.ts';

let health: Health;
beforeEach(() => {
  health = createHealth('1.2.3');
});

function start(): void {
  health.redis(true);
  health.started();
}

describe('the health', () => {
  test('tells what the contract lists', () => {
    start();
    health.ownership('voice:transcribed', 'owner');
    expect(health.report()).toEqual({
      status: 'healthy',
      service: 'llm-intent',
      version: '1.2.3',
      redis: 'connected',
      mode: 'rules-only',
      providers: {},
      budget: null,
      streams: { 'voice:transcribed': 'owner' },
      troubles: {},
    });
  });

  test('is unhealthy and not ready until the start is done', () => {
    expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'disconnected' });
    health.redis(true);
    expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'connected' });
    expect(health.isReady()).toBe(false);
    health.started();
    expect(health.report().status).toBe('healthy');
    expect(health.isReady()).toBe(true);
  });

  test('is degraded and not ready while Redis is gone: what does not need it goes on', () => {
    start();
    health.redis(false);
    expect(health.report()).toMatchObject({ status: 'degraded', redis: 'disconnected' });
    expect(health.isReady()).toBe(false);
    health.redis(true);
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
    expect(health.isReady()).toBe(true);
  });

  test('is unhealthy while Redis is there and refuses something, until it no longer does', () => {
    start();
    health.trouble('voice:transcribed: publish', 'OOM');
    health.trouble('voice:transcribed: read', 'NOPERM');
    expect(health.report()).toMatchObject({
      status: 'unhealthy',
      troubles: { 'voice:transcribed: publish': 'OOM', 'voice:transcribed: read': 'NOPERM' },
    });
    health.recovered('voice:transcribed: publish');
    expect(health.report().status).toBe('unhealthy');
    health.recovered('voice:transcribed: read');
    expect(health.report()).toMatchObject({ status: 'healthy', troubles: {} });
  });

  test('stays ready in trouble, because another replica would meet the same Redis', () => {
    start();
    health.trouble('voice:transcribed: publish', 'OOM');
    expect(health.isReady()).toBe(true);
  });

  test('keeps the last thing that is wrong with an operation, and takes a recovery from nothing lightly', () => {
    start();
    health.trouble('read', 'first');
    health.trouble('read', 'second');
    expect(health.report().troubles).toEqual({ read: 'second' });
    health.recovered('never in trouble');
    expect(health.report().troubles).toEqual({ read: 'second' });
  });

  test('shows for each stream whether this replica works on it, and standing by is healthy', () => {
    start();
    health.ownership('a', 'owner');
    health.ownership('b', 'standby');
    expect(health.report()).toMatchObject({ status: 'healthy', streams: { a: 'owner', b: 'standby' } });
    health.ownership('a', 'standby');
    expect(health.report().streams).toEqual({ a: 'standby', b: 'standby' });
  });

  test('does not change in hands that hold an older report', () => {
    start();
    health.ownership('a', 'owner');
    const earlier = health.report();
    health.ownership('a', 'standby');
    health.trouble('read', 'x');
    expect(earlier).toMatchObject({ status: 'healthy', streams: { a: 'owner' }, troubles: {} });
  });
});

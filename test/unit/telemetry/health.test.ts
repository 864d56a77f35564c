import { beforeEach, describe, expect, test } from 'vitest';
import { createHealth, type Health } from '../../../src/telemetry/health.ts';

let health: Health;
let now: number;
beforeEach(() => {
  now = 1000;
  const clock = { now: () => now, monotonic: () => now };
  health = createHealth({ version: '1.2.3', clock, silenceLimitMs: 500 });
});

function start(): void {
  health.connection('commands', true);
  health.started();
}

describe('the health', () => {
  test('tells what the contract lists', () => {
    start();
    health.ownership('voice:transcribed', 'owner');
    health.configured('0123456789ab');
    expect(health.report()).toEqual({
      status: 'healthy',
      service: 'llm-intent',
      config_version: '0123456789ab',
      version: '1.2.3',
      redis: 'connected',
      mode: 'rules-only',
      mode_reason: 'no model is asked',
      providers: {},
      budget: null,
      streams: { 'voice:transcribed': 'owner' },
      troubles: {},
    });
  });

  test('tells the mode and its reason, and is degraded by one that nobody wanted', () => {
    start();
    health.models({ providers: () => [], budget: () => ({ state: 'open', windows: [] }) });
    expect(health.report()).toMatchObject({ status: 'healthy', mode: 'full', mode_reason: '' });
    health.mode(() => ({ mode: 'economy', by: 'automatic', reason: 'it costs a lot', operator: 'auto' }));
    expect(health.report()).toMatchObject({
      ...{ status: 'degraded', mode: 'economy', mode_reason: 'it costs a lot' },
    });
    health.mode(() => ({ mode: 'rules-only', by: 'operator', reason: 'set', operator: 'rules-only' }));
    expect(health.report()).toMatchObject({ status: 'healthy', mode: 'rules-only', mode_reason: 'set' });
  });

  test('is unhealthy and not ready until the start is done', () => {
    expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'disconnected' });
    health.connection('commands', true);
    expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'connected' });
    expect(health.isReady()).toBe(false);
    health.started();
    expect(health.report().status).toBe('healthy');
    expect(health.isReady()).toBe(true);
  });

  test('is degraded and not ready while a connection is lost, which may be back in time', () => {
    start();
    health.connection('commands', false);
    expect(health.report()).toMatchObject({ status: 'degraded', redis: 'disconnected' });
    expect(health.isReady()).toBe(false);
    health.connection('commands', true);
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
    expect(health.isReady()).toBe(true);
  });

  test('is unhealthy while Redis is there and refuses something, until it no longer does', () => {
    start();
    health.trouble('voice:transcribed', 'publish', 'OOM');
    health.trouble('voice:transcribed', 'read', 'NOPERM');
    expect(health.report()).toMatchObject({
      status: 'unhealthy',
      troubles: { 'voice:transcribed: publish': 'OOM', 'voice:transcribed: read': 'NOPERM' },
    });
    health.recovered('voice:transcribed', 'publish');
    expect(health.report().status).toBe('unhealthy');
    health.recovered('voice:transcribed', 'read');
    expect(health.report()).toMatchObject({ status: 'healthy', troubles: {} });
  });

  test('is unhealthy and not ready once Redis answered nothing for longer than it may, on any stream', () => {
    start();
    health.heard('a');
    health.heard('b');
    now += 500;
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
    now += 1;
    health.heard('a');
    expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'disconnected' });
    expect(health.isReady()).toBe(false);
    health.heard('b');
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
    expect(health.isReady()).toBe(true);
  });

  test('is not taken for well because one connection of several is', () => {
    start();
    health.ownership('a', 'owner');
    health.connection('reader a', true, 'a');
    health.connection('commands', false);
    health.connection('reader a', true, 'a');
    expect(health.report()).toMatchObject({ status: 'degraded', redis: 'disconnected' });
    health.connection('commands', true);
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
  });

  test('misses a reader only while there is something to read', () => {
    start();
    health.ownership('a', 'owner');
    health.connection('reader a', false, 'a');
    expect(health.isReady()).toBe(false);
    health.ownership('a', 'standby');
    expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
    expect(health.isReady()).toBe(true);
  });

  test('is degraded and not ready from the moment the stop begins', () => {
    start();
    health.heard('a');
    health.stopping();
    now += 1000;
    expect(health.report().status).toBe('degraded');
    expect(health.isReady()).toBe(false);
  });

  test('forgets the troubles of an owner that stands by, and of no other stream', () => {
    start();
    health.trouble('a', 'publish', 'OOM');
    health.trouble('b', 'publish', 'OOM');
    health.ownership('a', 'standby');
    expect(health.report().troubles).toEqual({ 'b: publish': 'OOM' });
  });

  test('stays ready in trouble, because another replica would meet the same Redis', () => {
    start();
    health.trouble('voice:transcribed', 'publish', 'OOM');
    expect(health.isReady()).toBe(true);
  });

  test('keeps the last thing that is wrong with an operation, and takes a recovery from nothing lightly', () => {
    start();
    health.trouble('a', 'read', 'first');
    health.trouble('a', 'read', 'second');
    expect(health.report().troubles).toEqual({ 'a: read': 'second' });
    health.recovered('a', 'never in trouble');
    expect(health.report().troubles).toEqual({ 'a: read': 'second' });
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
    health.trouble('a', 'read', 'x');
    expect(earlier).toMatchObject({ status: 'healthy', streams: { a: 'owner' }, troubles: {} });
  });
});

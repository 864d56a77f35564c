import { expect, test } from 'vitest';
import { createBridgeHealth } from '../../../src/telemetry/bridge-health.ts';

function running() {
  let isThere = true;
  const health = createBridgeHealth({ version: '0.0.0', isAssistantThere: () => isThere });
  for (const name of ['commands', 'reader']) health.connection(name, true);
  return {
    health,
    assistant(there: boolean) {
      isThere = there;
    },
  };
}

test('a bridge is unhealthy, and not ready, until it reaches Redis, and while any of its connections is lost', () => {
  const starting = createBridgeHealth({ version: '0.0.0', isAssistantThere: () => false });
  expect(starting.report()).toMatchObject({ status: 'unhealthy', redis: 'disconnected' });
  expect(starting.isReady()).toBe(false);
  const { health } = running();
  expect(health.report()).toMatchObject({ status: 'healthy', redis: 'connected' });
  health.connection('reader', false);
  expect(health.report()).toMatchObject({ status: 'unhealthy', redis: 'disconnected' });
  expect(health.isReady()).toBe(false);
  health.connection('reader', true);
  expect(health.report().status).toBe('healthy');
});

test('a bridge is unhealthy while it reads nothing, and says why', () => {
  const { health } = running();
  health.trouble('read', 'NOPERM');
  expect(health.report()).toMatchObject({ status: 'unhealthy', troubles: { read: 'NOPERM' } });
  health.recovered('schedules');
  expect(health.report().status).toBe('unhealthy');
  health.recovered('read');
  expect(health.report()).toMatchObject({ status: 'healthy', troubles: {} });
});

test('a bridge without Home Assistant is degraded and ready: it may come at any time', () => {
  const { health, assistant } = running();
  assistant(false);
  expect(health.report()).toMatchObject({ status: 'degraded', home_assistant: 'disconnected' });
  expect(health.isReady()).toBe(true);
  assistant(true);
  expect(health.report()).toMatchObject({ status: 'healthy', home_assistant: 'connected' });
});

test('a bridge that stops is degraded, whatever its connections do, and not ready', () => {
  const { health } = running();
  health.stopping();
  health.connection('reader', false);
  expect(health.report().status).toBe('degraded');
  expect(health.isReady()).toBe(false);
});

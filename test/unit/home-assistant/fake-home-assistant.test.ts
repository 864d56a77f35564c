import {
  callService,
  createConnection,
  createLongLivedTokenAuth,
  ERR_CANNOT_CONNECT,
  ERR_INVALID_AUTH,
  getStates,
  type HassEntities,
  subscribeEntities,
} from 'home-assistant-js-websocket';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startFakeHomeAssistant, TOKEN } from '../../support/fake-home-assistant.ts';

async function connect(url: string, token = TOKEN) {
  const connection = await createConnection({ auth: createLongLivedTokenAuth(url, token) });
  onTestFinished(() => connection.close());
  return connection;
}

test('lets in who has the token, and nobody else', async () => {
  const home = await startFakeHomeAssistant();
  const connection = await connect(home.url);
  expect(connection.haVersion).toMatch(/^2026/);
  await connection.ping();
  await expect(connect(home.url, 'another')).rejects.toBe(ERR_INVALID_AUTH);
});

test('does what it is asked to and tells of it', async () => {
  const home = await startFakeHomeAssistant({ states: { 'light.salon': 'off', 'light.kuchnia': 'off' } });
  const connection = await connect(home.url);
  const seen: HassEntities[] = [];
  onTestFinished(subscribeEntities(connection, (entities) => seen.push(entities)));
  await callService(connection, 'light', 'turn_on', { brightness_pct: 40 }, { entity_id: 'light.salon' });
  expect(home.state('light.salon')).toEqual({ state: 'on', attributes: { brightness: 102 } });
  expect(home.state('light.kuchnia')?.state).toBe('off');
  await vi.waitFor(() => expect(seen.at(-1)?.['light.salon']?.state).toBe('on'));
  expect(seen[0]?.['light.salon']?.state).toBe('off');
  expect((await getStates(connection)).map(({ entity_id: id }) => id)).toEqual([
    'light.salon',
    'light.kuchnia',
  ]);
});

test('refuses with a code what it does not have', async () => {
  const home = await startFakeHomeAssistant();
  const connection = await connect(home.url);
  await expect(callService(connection, 'light', 'explode')).rejects.toMatchObject({ code: 'not_found' });
  await expect(connection.sendMessagePromise({ type: 'nonsense' })).rejects.toMatchObject({
    code: 'unknown_command',
  });
  home.misbehave(() => ({ refuse: { code: 'home_assistant_error', message: 'no' } }));
  await expect(callService(connection, 'light', 'turn_on')).rejects.toMatchObject({ message: 'no' });
  expect(home.calls).toEqual([]);
});

test('returns what an action answers with only where that is asked for', async () => {
  const home = await startFakeHomeAssistant();
  home.respond('weather.get_forecasts', { 'weather.dom': { forecast: [] } });
  const connection = await connect(home.url);
  const asked = callService(connection, 'weather', 'get_forecasts', { type: 'daily' }, undefined, true);
  await expect(asked).resolves.toMatchObject({ response: { 'weather.dom': { forecast: [] } } });
  await expect(callService(connection, 'weather', 'get_forecasts')).rejects.toMatchObject({
    code: 'service_validation_error',
  });
});

test('keeps exposure to administrators', async () => {
  const exposed = { exposed: { 'light.salon': true } };
  const home = await startFakeHomeAssistant({ registries: exposed, isAdministrator: false });
  const connection = await connect(home.url);
  await expect(
    connection.sendMessagePromise({ type: 'homeassistant/expose_entity/list' }),
  ).rejects.toMatchObject({ code: 'unauthorized' });
});

test('comes back after a restart, with its states, and tells of them again', async () => {
  const home = await startFakeHomeAssistant({ states: { 'light.salon': 'off' } });
  const connection = await connect(home.url);
  let latest: HassEntities = {};
  onTestFinished(
    subscribeEntities(connection, (entities) => {
      latest = entities;
    }),
  );
  await connection.ping();
  await home.stop();
  await expect(connect(home.url)).rejects.toBe(ERR_CANNOT_CONNECT);
  await home.start();
  home.set('light.salon', 'on');
  await vi.waitFor(() => expect(latest['light.salon']?.state).toBe('on'), { timeout: 5000 });
  expect(home.connections()).toBe(2);
});

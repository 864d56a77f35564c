import { expect, onTestFinished, test, vi } from 'vitest';
import { connectHomeAssistant, type HomeAssistant } from '../../../src/home-assistant/connect.ts';
import { startFakeHomeAssistant, TOKEN } from '../../support/fake-home-assistant.ts';

const soon = AbortSignal.timeout(20_000);

function connect(url: string, { token = TOKEN, timeoutMs = 2000, isPatient = true } = {}) {
  const heard: string[] = [];
  const assistant: HomeAssistant = connectHomeAssistant({
    ...{ url, token, timeoutMs, isPatient },
    events: { lost: (reason) => heard.push(`lost ${reason}`), ready: () => heard.push('ready') },
  });
  onTestFinished(() => assistant.close());
  return { assistant, heard };
}

test('knows what everything is like, and what becomes of it', async () => {
  const fake = await startFakeHomeAssistant({ states: { 'light.salon': 'off' } });
  const { assistant } = connect(fake.url);
  expect(assistant.states()).toBeUndefined();
  await assistant.ready(soon);
  await assistant.call({ action: 'light.turn_on', entityIds: ['light.salon'] });
  await vi.waitFor(() => expect(assistant.states()?.['light.salon']?.state).toBe('on'));
});

test('says how to mend a token that is not accepted, and gives up', async () => {
  const fake = await startFakeHomeAssistant();
  const { assistant } = connect(fake.url, { token: 'another' });
  await expect(assistant.ready(soon)).rejects.toThrow(/does not accept the token: make a long-lived/);
  expect((await assistant.givenUp).trouble).toBe('token');
  await expect(assistant.call({ action: 'light.turn_on' })).rejects.toMatchObject({ trouble: 'token' });
});

test('waits for one that is not there yet, unless the first try has to succeed', async () => {
  const fake = await startFakeHomeAssistant();
  await fake.stop();
  const patient = connect(fake.url);
  const other = connect(fake.url, { isPatient: false });
  await expect(other.assistant.ready(soon)).rejects.toThrow(/cannot reach .*is HA_URL right/);
  await expect(patient.assistant.call({ action: 'light.turn_on' })).rejects.toMatchObject({
    trouble: 'unsent',
  });
  await fake.start();
  await patient.assistant.ready(soon);
  expect(patient.heard.map((line) => line.split(' ')[0])).toEqual(['lost', 'ready']);
});

test('comes back after a restart, and knows nothing meanwhile', async () => {
  const fake = await startFakeHomeAssistant({ states: { 'light.salon': 'off' } });
  const { assistant, heard } = connect(fake.url);
  await assistant.ready(soon);
  await fake.stop();
  await vi.waitFor(() => expect(assistant.states()).toBeUndefined());
  await fake.start();
  await assistant.ready(soon);
  expect(assistant.states()?.['light.salon']?.state).toBe('off');
  expect(heard).toEqual(['ready', 'lost the connection was closed', 'ready']);
});

test('tells what was refused from what may have been done', async () => {
  const fake = await startFakeHomeAssistant({ states: { 'light.salon': 'off' } });
  const { assistant } = connect(fake.url, { timeoutMs: 300 });
  await assistant.ready(soon);
  const turnOn = () => assistant.call({ action: 'light.turn_on', entityIds: ['light.salon'] });
  await expect(assistant.call({ action: 'light.explode' })).rejects.toMatchObject({
    trouble: 'refused',
    code: 'not_found',
  });
  fake.misbehave(() => 'silence');
  await expect(turnOn()).rejects.toMatchObject({ trouble: 'unknown' });
  fake.misbehave(() => 'break after');
  await expect(turnOn()).rejects.toMatchObject({ trouble: 'unknown' });
});

test('gives up when its token is taken away while it is connected', async () => {
  const fake = await startFakeHomeAssistant();
  const { assistant } = connect(fake.url);
  await assistant.ready(soon);
  await fake.stop();
  fake.changeToken('another');
  await fake.start();
  expect((await assistant.givenUp).trouble).toBe('token');
});

test('does not wait for ever for one that takes a connection and says nothing', async () => {
  const fake = await startFakeHomeAssistant();
  fake.freeze(true);
  const { assistant } = connect(fake.url, { timeoutMs: 300, isPatient: false });
  await expect(assistant.ready(soon)).rejects.toThrow(/no answer within 300 ms/);
});

test('goes to the path that an address has', async () => {
  const fake = await startFakeHomeAssistant();
  const { assistant } = connect(`${fake.url}/`);
  await assistant.ready(soon);
  expect(fake.clients()).toBe(1);
});

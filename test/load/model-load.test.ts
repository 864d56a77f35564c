import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NANO_DOLLARS_A_DOLLAR } from '../../src/intent/money.ts';
import { picking, startModelProcess, WARM } from '../support/model-service.ts';

/** All 2,000 take half a minute; MODEL_LOAD=2000 has them. */
const COUNT = Number(process.env['MODEL_LOAD'] ?? 600);
const ROOMS = 200;
const A_SECOND = 120;
const TICK_MS = 50;
/** Milliseconds that a model takes for an answer. */
const LATENCY_MS = 300;
const FAULTY = 10;

const said = Array.from({ length: COUNT }, (_, index) => ({
  transcript: `zapal światło na ${1 + (index % 100)} procent, po raz ${Math.floor(index / 100)}`,
  room: `pokój ${(index * 7) % ROOMS}`,
  frame_id: `f${index}`,
}));

/** Megabytes of memory that a process has at the moment, where the system tells. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

test(`${COUNT} transcripts of ${ROOMS} rooms are answered by the model in time and in order, though every tenth call fails`, async ({
  annotate,
}) => {
  const service = await startModelProcess({
    ...WARM,
    LLM_INTENT_LLM__CONCURRENCY: '200',
    // Half of the faults come late: the retry has to fit in.
    LLM_TIMEOUT_MS: '1000',
    LLM_DEADLINE_MS: '2500',
  });
  service.provider.plan(({ index, prompt }) => {
    const content = picking(prompt, 'light.turn_on');
    if (index % FAULTY !== 0) return { kind: 'answer', delayMs: LATENCY_MS, content };
    return (index / FAULTY) % 2 === 0
      ? { kind: 'status', status: 503 }
      : { kind: 'reset', delayMs: LATENCY_MS };
  });
  const memoryBefore = await memoryOf(service.pid);
  const start = performance.now();
  for (let next = 0; next < COUNT; ) {
    const due = Math.min(COUNT, Math.ceil(((performance.now() - start) / 1000) * A_SECOND));
    if (due > next) await service.say(...said.slice(next, due));
    next = due;
    await sleep(TICK_MS);
  }
  const answers = await service.answers(COUNT, 30_000);
  const memoryAfter = await memoryOf(service.pid);

  expect(new Set(answers.map(({ frame_id }) => frame_id)).size).toBe(COUNT);
  const byModel = answers.filter(({ source }) => source === 'llm').length;
  const latencies = answers.map(({ latency_ms }) => Number(latency_ms)).sort((one, other) => one - other);
  const p99 = latencies[Math.ceil(COUNT * 0.99) - 1] as number;
  const numberOf = (frameId: unknown): number => Number(String(frameId).slice(1));
  for (const ofRoom of Object.values(Object.groupBy(answers, ({ room }) => String(room)))) {
    const order = (ofRoom ?? []).map(({ frame_id }) => numberOf(frame_id));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  }
  const grown = memoryAfter - memoryBefore;
  await annotate(
    `${byModel} of ${COUNT} by the model, p50 ${latencies[COUNT >> 1]} ms, p99 ${p99} ms, ` +
      `${service.provider.requests.length} requests, ${grown.toFixed(0)} MB more than before`,
  );
  expect(byModel / COUNT).toBeGreaterThanOrEqual(0.95);
  expect(p99).toBeLessThan(3000);
  if (!Number.isNaN(grown)) expect(grown).toBeLessThan(150);

  // What a reset connection may have cost is booked at its worst case.
  type Budget = { readonly windows: readonly { readonly spent: number; readonly reserved: number }[] };
  const day = async () => ((await service.health())['budget'] as Budget).windows[0];
  await expect.poll(async () => (await day())?.reserved).toBe(0);
  const spent = Math.round(((await day())?.spent ?? 0) * NANO_DOLLARS_A_DOLLAR);
  expect(spent).toBeGreaterThanOrEqual(service.provider.billed());
}, 90_000);

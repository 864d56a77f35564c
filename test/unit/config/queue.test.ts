import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';

const VARIABLE = 'LLM_INTENT_QUEUE__CALLBACK__PRIVATE_NETWORKS';

test.each(['127.0.0.1', '192.168.1.0/24', 'fd00::/8', '::1', '0.0.0.0/0', '10.0.0.7,fd12::1'])(
  '%s may be called, where an operator says so',
  async (networks) => {
    const { queue } = await loadConfig({ [VARIABLE]: networks });
    expect(queue.callback.private_networks).toEqual(networks.split(','));
  },
);

test.each(['localhost', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/8/8', '10.0.0.0/', 'fe80::1%eth0'])(
  '%s is no network, and said so with what was expected',
  async (network) => {
    await expect(loadConfig({ [VARIABLE]: network })).rejects.toThrow(
      /PRIVATE_NETWORKS.*expected an address, or a network such as 192.168.1.0\/24/,
    );
  },
);

test('a secret that is too short to sign with is refused', async () => {
  await expect(loadConfig({ QUEUE_CALLBACK_SECRET: 'short' })).rejects.toThrow(/QUEUE_CALLBACK_SECRET/);
});

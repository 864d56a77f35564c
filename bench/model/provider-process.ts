// The fake provider as a process of its own, so that what it takes is nobody else's time. Tells its address, and on any
// message the body of the last request.
import { startFakeProvider } from '../../test/support/fake-provider.ts';

const provider = await startFakeProvider();
// Always the same: what it makes of the words would differ from side to side.
provider.plan(() => ({
  kind: 'answer',
  content: { kind: 'action', picks: [{ id: 'c1', at: null, slots: [] }], confidence: 0.9 },
}));
process.on('message', () => process.send?.({ body: provider.requests.at(-1)?.body }));
process.on('disconnect', () => process.exit());
process.send?.({ url: provider.url });

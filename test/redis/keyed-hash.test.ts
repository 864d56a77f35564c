import { expect, test } from 'vitest';
import { createKeyedHash } from '../../src/budget/keyed-hash.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

test('replicas that begin at once give the same names, and others where the key is gone', async () => {
  const redis = openRedis();
  const keyPrefix = `${ownName()}:`;
  const [one, other] = await Promise.all([
    createKeyedHash(redis, keyPrefix),
    createKeyedHash(redis, keyPrefix),
  ]);
  expect(one('origin', 'anna')).toBe(other('origin', 'anna'));
  await redis.del(`${keyPrefix}v1:{budget}:utterance-key`);
  const later = await createKeyedHash(redis, keyPrefix);
  expect(later('origin', 'anna')).not.toBe(one('origin', 'anna'));
});

test('a person is not called as the same words are', async () => {
  const hashOf = await createKeyedHash(openRedis(), `${ownName()}:`);
  expect(hashOf('origin', 'anna')).not.toBe(hashOf('utterance', 'anna'));
});

test('a name stays the same from release to release', async () => {
  const redis = openRedis();
  const keyPrefix = `${ownName()}:`;
  await redis.set(`${keyPrefix}v1:{budget}:utterance-key`, 'a key of the house');
  const hashOf = await createKeyedHash(redis, keyPrefix);
  // printf 'zapal światło' | openssl dgst -sha256 -hmac 'a key of the house' -binary | base64
  expect(hashOf('utterance', 'zapal światło')).toBe('duoJ9uz9a339WxnLHaOde9');
  expect([hashOf('origin', 'anna'), hashOf('origin', 'anna')]).toEqual(
    Array(2).fill('AhHNr46nDbvd-dmstsxs_n'),
  );
});

import { expect, test } from 'vitest';
import { isHomeAddress } from '../../../src/llm/home-address.ts';

test.each([
  'http://127.0.0.1:11434/v1',
  'http://localhost:8080/v1',
  'http://[::1]:8080/v1',
  'http://10.1.2.3',
  'http://172.31.0.1/v1',
  'http://192.168.1.20:8000/v1',
  'http://169.254.3.4',
  'http://[fd12:3456::1]/v1',
  'http://[fe80::1]/v1',
  'http://[::ffff:192.168.1.20]/v1',
  'http://nas:8080/v1',
  'http://NAS.local/v1',
  'http://nas.local./v1',
  'http://gpu.lan/v1',
  'http://gpu.home.arpa/v1',
  // Written as a number, it is 192.168.1.20.
  'http://3232235796/v1',
])('%s is at home', (address) => {
  expect(isHomeAddress(address)).toBe(true);
});

test.each([
  'https://api.openai.com/v1',
  'http://172.32.0.1/v1',
  'http://8.8.8.8',
  'http://[2001:db8::1]/v1',
  'http://[::ffff:8.8.8.8]/v1',
  'https://local.example.com/v1',
  'https://notlocal.com',
  'https://192.168.1.20.example.com/v1',
  'https://evillan.pl',
  'no address',
])('%s is not', (address) => {
  expect(isHomeAddress(address)).toBe(false);
});

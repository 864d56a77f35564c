import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of objects that are still held by somebody. */
export function megabytesKept(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

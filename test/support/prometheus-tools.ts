import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findProgram } from '../../src/redis/find-program.ts';

/** Where Prometheus's programs are; or why there are none, and what is skipped for that. */
export type PrometheusTools =
  | { readonly promtool: string; readonly prometheus: string; readonly missing?: undefined }
  | { readonly missing: string };

/**
 * Finds Prometheus and its promtool as Redis is found, installing them where that is permitted; where it is not, it says so
 * and the tests are skipped.
 *
 * @param what is skipped then
 */
export async function prometheusTools(what: string): Promise<PrometheusTools> {
  const find = (name: string): Promise<string> =>
    findProgram({
      ...{ name, aptPackage: 'prometheus', brewPackage: 'prometheus' },
      ...{ byHand: 'install Prometheus', instead: 'do without these tests' },
    });
  try {
    // One after the other: the same package has both.
    const promtool = await find('promtool');
    return { promtool, prometheus: await find('prometheus') };
  } catch (error) {
    const missing = (error as Error).message;
    process.stdout.write(`${what}: skipped, ${missing}\n`);
    return { missing };
  }
}

/** Runs promtool to its end. @returns its exit code and all that it printed */
export async function runPromtool(
  promtool: string,
  commandArguments: readonly string[],
  { input = '', folder }: { input?: string; folder?: string } = {},
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(promtool, commandArguments, folder === undefined ? {} : { cwd: folder });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code: code as number | null, printed: (await printed).join('') };
}

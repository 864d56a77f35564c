import { type FindProgramOptions, findProgram } from './find-program.ts';

/**
 * Finds redis-server, or installs it.
 *
 * Where systemd runs, apt-get starts the package's own Redis on port 6379, as every installation of it does;
 * elsewhere it starts none.
 *
 * @returns the path of redis-server.
 * @throws Error of one line, telling how to get redis-server, where it cannot be installed.
 */
export function findRedisServer(options?: FindProgramOptions): Promise<string> {
  return findProgram(
    {
      name: 'redis-server',
      aptPackage: 'redis-server',
      brewPackage: 'redis',
      byHand: 'install Redis 7 or newer',
      instead: 'set REDIS_URL',
    },
    options,
  );
}

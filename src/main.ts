import { EXIT } from './cli/command-context.ts';
import { runCommandLine } from './cli/run-command-line.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first one asks, the second one does not.
    if (stop.signal.aborted) process.exit(EXIT.failed);
    stop.abort(new Error(`stopped by ${signal}`));
  });
}
// A pipe closed by its reader (`| head`) ends the output; it is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});
// Nobody reads what is wrong (`2>&1 | head`): the exit code still tells.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  signal: stop.signal,
  onHangUp: (listener) => void process.on('SIGHUP', listener),
});

#!/usr/bin/env node
import { exitCodes } from './exit-codes.ts';
import { runCli } from './run-cli.ts';

// A reader that has seen enough, such as `head`, closes the pipe: that is its right and no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  process.stderr.write(`finance: the output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.refused);
});
process.stderr.on('error', () => undefined);

const code = await runCli(process.argv.slice(2), process);
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
// A connection that is still being tried would keep the process.
process.exit(code);

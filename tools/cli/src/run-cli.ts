import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { Output, type Streams } from './output/output.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line (without the program's name). Results go to stdout; progress and errors to stderr.
 * @returns the exit code; never throws
 */
export async function runCli(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const output = new Output(streams);
  try {
    await createProgram(output).parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Commander has written its message already; help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const message = error instanceof Error ? error.message : String(error);
    output.complain(error instanceof CliError ? message : `INTERNAL: ${message}; this is a fault of the program`);
    return error instanceof CliError ? error.exitCode : exitCodes.refused;
  }
}

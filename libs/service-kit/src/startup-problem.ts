import { DomainError } from '@finance/domain';
import { ConfigError } from './config.ts';
import { StartupError } from './startup-error.ts';

/**
 * Ends the process with exit code 1 after a failed start: what an operator can mend is told in one line a problem on
 * stderr, anything else with its stack.
 */
export function exitOnStartupProblem(error: unknown): never {
  const expected = error instanceof ConfigError || error instanceof StartupError || error instanceof DomainError;
  const text = expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

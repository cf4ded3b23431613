import { DomainError, loggedError } from '@finance/domain';
import { ConfigError } from './config.ts';
import { StartupError } from './startup-error.ts';

/**
 * Ends the process with exit code 1 after a failed start: what an operator can mend is told in one line a problem on
 * stderr, anything else as logs tell it.
 */
export function exitOnStartupProblem(error: unknown): never {
  const expected = error instanceof ConfigError || error instanceof StartupError || error instanceof DomainError;
  process.stderr.write(`${expected ? error.message : JSON.stringify(loggedError(error), null, 2)}\n`);
  process.exit(1);
}

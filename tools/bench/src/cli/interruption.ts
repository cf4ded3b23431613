import { BenchError } from './bench-error.ts';

/** A signal that aborts when the person at the terminal or the system asks the program to end. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Stops listening. */
  end(): void;
}

/** Listens for SIGINT and SIGTERM once; a second one ends the process at once. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    end();
    controller.abort(new BenchError(`interrupted by ${name}`));
  };
  const end = (): void => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, end };
}

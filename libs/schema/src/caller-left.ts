import { DomainError } from '@finance/domain';

/** The error a call ends with whose signal has aborted: the signal's own DomainError, else CANCELLED. */
export function callerLeft(signal: AbortSignal): DomainError {
  return signal.reason instanceof DomainError
    ? signal.reason
    : new DomainError('CANCELLED', 'the call was cancelled by its caller');
}

/**
 * Settles like `work`, or rejects as soon as the signal aborts; `onAbort` then stops the work, whose own end is
 * nobody's concern any more.
 */
export async function untilCallerLeaves<T>(signal: AbortSignal, work: Promise<T>, onAbort: () => void): Promise<T> {
  if (signal.aborted) {
    onAbort();
    work.catch(() => undefined);
    throw callerLeft(signal);
  }
  let abort: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    abort = () => {
      onAbort();
      reject(callerLeft(signal));
    };
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', abort!);
    work.catch(() => undefined);
  }
}

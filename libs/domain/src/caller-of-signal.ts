const callers = new WeakMap<AbortSignal, string>();

/** Says whose work a signal ends, so that what all share is shared out fairly. */
export function belongsTo(signal: AbortSignal, caller: string): void {
  callers.set(signal, caller);
}

/** Undefined for work of the process itself. */
export function callerOf(signal: AbortSignal): string | undefined {
  return callers.get(signal);
}

import type { ErrorReason } from '@finance/domain';

/** Refusals alike: of one caller, for one reason. */
export interface CountedRefusals {
  /** The caller's subject; empty for those whose credential proved nobody, who count as one. */
  readonly caller: string;
  readonly reason: ErrorReason;
  readonly count: number;
}

/** Keeps a flood of refused calls, which costs its sender nothing, from filling the log and from pushing out others. */
export interface RefusalBound {
  /** Whether this one gets an entry of its own; else it is counted. */
  take(caller: string, reason: ErrorReason): boolean;
  /** Hands out what was counted without waiting for the end of the second. */
  end(): void;
}

/** Enough to see who tries what, and from where; a flood of a whole day adds a million entries, some 400 MB. */
const entriesMax = 10;
const windowMs = 1_000;

/** Ten entries a second for refusals alike; the number of the others is handed out at the second's end. */
export function createRefusalBound(onCounted: (counted: CountedRefusals) => void): RefusalBound {
  const alike = new Map<string, CountedRefusals>();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const refused of alike.values()) {
      if (refused.count > entriesMax) onCounted({ ...refused, count: refused.count - entriesMax });
    }
    alike.clear();
  };
  return {
    take: (caller, reason) => {
      timer ??= setTimeout(end, windowMs);
      const key = `${reason} ${caller}`;
      const count = (alike.get(key)?.count ?? 0) + 1;
      alike.set(key, { caller, reason, count });
      return count <= entriesMax;
    },
    end,
  };
}

/** How bad a finding is: `fail` means wrong or missing answers, `warn` that something will not work later or is slow. */
export type FindingLevel = 'ok' | 'warn' | 'fail';

/** One line of the doctor. */
export interface Finding {
  readonly level: FindingLevel;
  /** What was looked at, in a few words. */
  readonly check: string;
  readonly message: string;
  /** What to do; given unless ok. */
  readonly advice?: string;
}

export const ok = (check: string, message: string): Finding => ({ level: 'ok', check, message });

export const warn = (check: string, message: string, advice: string): Finding => ({
  level: 'warn',
  check,
  message,
  advice,
});

export const fail = (check: string, message: string, advice: string): Finding => ({
  level: 'fail',
  check,
  message,
  advice,
});

/** `ok` when a count is 0, else what `bad` makes of it. */
export function noneOf(check: string, count: number, what: string, bad: (message: string) => Finding): Finding {
  return count === 0 ? ok(check, `no ${what}`) : bad(`${count.toLocaleString('en')} ${what}`);
}

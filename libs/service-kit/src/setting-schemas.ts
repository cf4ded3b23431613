import { z } from 'zod';

/** A whole number within bounds, both included. */
export function integerSetting(min: number, max: number): z.ZodType<number, string> {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** A TCP port; 0 takes any free one. */
export const portSetting = integerSetting(0, 65_535);

/** One of these words. */
export function choiceSetting<const T extends string>(choices: readonly T[]): z.ZodType<T, string> {
  return z.string().transform((value, context) => {
    const choice = choices.find((known) => known === value);
    if (choice !== undefined) return choice;
    context.addIssue(`must be one of ${choices.join(', ')}`);
    return z.NEVER;
  });
}

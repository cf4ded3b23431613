import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from 1 to `max`. @throws InvalidArgumentError that says so */
export const wholeNumber = (max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw new InvalidArgumentError(`must be 1 to ${max}.`);
  return value;
};

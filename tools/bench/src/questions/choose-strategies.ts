import { BenchError } from '../cli/bench-error.ts';

/** The names asked for, or all known ones. @throws BenchError for an unknown one */
export function chooseStrategies<Name extends string>(
  known: readonly Name[],
  asked: readonly string[] | undefined,
): Name[] {
  if (asked === undefined) return [...known];
  return [...new Set(asked)].map((text) => {
    const name = known.find((strategy) => strategy === text);
    if (name) return name;
    throw new BenchError(`no strategy '${text}'; known are ${known.join(', ')}`);
  });
}

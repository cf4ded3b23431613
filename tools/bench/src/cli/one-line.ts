import { describeFailure } from '@finance/seeder';
import { BenchError } from './bench-error.ts';

/** One line about any failure; shows no password. */
export const oneLine = (error: unknown): string =>
  error instanceof BenchError ? error.message : describeFailure(error).split('\n')[0]!;

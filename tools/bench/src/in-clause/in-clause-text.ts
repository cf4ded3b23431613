import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { InClauseAttempt, ResultFile } from '../result-types.ts';

/** The tables of `in-clause` for people. */
export function inClauseText(file: ResultFile<'in-clause'>): string {
  const { steps, walls } = file.results;
  const stepTable = tableText(
    ['people', 'their orders', 'their customers', 'ids', 'statement bytes', 'as parameters', 'as literals'],
    steps.map(({ asLiterals, asParameters, parameters, statementBytes }) => [
      count(parameters.people),
      count(parameters.orders),
      count(parameters.customers),
      count(parameters.all),
      count(statementBytes),
      attemptText(asParameters),
      attemptText(asLiterals),
    ]),
  );
  const wallText = walls.map(
    ({ evidence, largestTaken, limit, setting, smallestRefused, statementBytesAtWall }) =>
      `${limit} (${count(setting)}): ${count(largestTaken)} ids are taken, ${count(smallestRefused)} are not; ` +
      `${count(statementBytesAtWall)} bytes\n  ${evidence}`,
  );
  return [file.database ? databaseText(file.database) : '', stepTable, ...wallText, footText(file)].join('\n');
}

function attemptText({ access, latency, outcome, rangeOptimizerGaveUp, reason }: InClauseAttempt): string {
  if (outcome === 'refused') return `refused, ${reason?.split(':')[0] ?? ''}`;
  if (outcome === 'wrong answer') return `wrong: ${reason}`;
  return `${ms(latency?.p50Ms)} ms by ${access}${rangeOptimizerGaveUp ? ', ranges given up' : ''}`;
}

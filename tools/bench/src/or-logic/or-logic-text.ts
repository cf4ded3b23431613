import { bases } from '@finance/domain';
import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';

/** The table of `or-logic` for people. */
export function orLogicText(file: ResultFile<'or-logic'>): string {
  const names = bases.map(({ name }) => name);
  const table = tableText(
    ['viewer', 'people', ...names, 'sum', 'distinct', 'duplicates', 'oracle', 'equal', 'temporary table ms', 'OR ms'],
    file.results.rows.map((row) => [
      `${row.viewer.userId} ${row.viewer.role}`,
      count(row.viewer.peopleCount),
      ...names.map((name) => (row.fundsByBasis[name] === undefined ? '–' : count(row.fundsByBasis[name]))),
      count(row.sum),
      count(row.distinct),
      count(row.duplicatesRemoved),
      count(row.viewer.visibleFunds),
      row.equal ? 'yes' : 'NO',
      row.equal ? ms(row.temporaryTableMs) : '',
      row.equal ? ms(row.orMs) : '',
    ]),
  );
  return [file.database ? databaseText(file.database) : '', table, footText(file)].join('\n');
}

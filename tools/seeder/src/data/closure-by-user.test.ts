import { closureRows } from '@finance/domain';
import { expect, test } from 'vitest';
import { indexOrg } from '../org/org-index.ts';
import { profileNames, profiles } from '../profiles/profiles.ts';
import { closureByUser } from './closure-by-user.ts';
import { generateDataSet } from './generate-data-set.ts';

test.each(profileNames)('%s: the rows are those of the domain in key order, from any row on', (profile) => {
  const closure = closureByUser(indexOrg(profiles[profile].people(300, 5)));
  const expected = [...closureRows(generateDataSet({ profile, users: 300, records: 0, seed: 5 }).users)]
    .map((row) => [Number(row.userId), Number(row.subordinateId), row.depth] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  expect([...closure.rows(0, closure.rowCount)]).toEqual(expected);
  for (const from of [1, 17, 299, 300, 301, closure.rowCount - 1, closure.rowCount]) {
    const to = Math.min(from + 40, closure.rowCount);
    expect([...closure.rows(from, to)]).toEqual(expected.slice(from, to));
  }
});

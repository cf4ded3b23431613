import { count, databaseText, footText, ms, tableText } from '../cli/tables.ts';
import type { ResultFile } from '../result-types.ts';

/** The tables of `viewer` for people. */
export function viewerText(file: ResultFile<'viewer'>): string {
  const { calls, question, viewers } = file.results;
  const list = tableText(
    ['viewer', 'name', 'role', 'people', 'visible funds'],
    viewers.map(({ name, peopleCount, role, userId, visibleFunds }) => [
      userId,
      name,
      role,
      count(peopleCount),
      count(visibleFunds),
    ]),
  );
  const parts = [file.database ? databaseText(file.database) : '', list];
  if (question) {
    const ids = question.fundIds.length === 0 ? 'no funds' : `funds ${question.fundIds.join(', ')}`;
    parts.push(`page ${question.page} of ${count(question.pageCount)} by ${question.orderBy}: ${ids}`);
    parts.push(
      tableText(
        ['strategy', 'answer', 'calls', 'p50 ms', 'p95 ms', 'max ms'],
        calls.map(({ latency, outcome, reason, strategy }) => [
          strategy,
          reason === null ? outcome : `${outcome}: ${reason}`,
          latency?.calls ?? 0,
          ms(latency?.p50Ms),
          ms(latency?.p95Ms),
          ms(latency?.maxMs),
        ]),
      ),
    );
  }
  return [...parts, footText(file)].join('\n');
}

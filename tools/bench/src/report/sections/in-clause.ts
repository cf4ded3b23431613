import type { InClauseAttempt, ResultFile } from '../../result-types.ts';
import { count, number, runNote, type Section } from '../report-parts.ts';
import { lineChart } from '../svg-chart.ts';

/** What an IN list needs, and where MySQL's limits are. The last run counts. */
export function inClauseSection(files: readonly ResultFile<'in-clause'>[]): Section {
  const { steps, walls } = files[files.length - 1]!.results;
  const wall = (name: string) => walls.find(({ limit }) => limit === name);
  const packet = wall('max_allowed_packet');
  const parameters = wall('prepared statement parameters');
  const xName = 'people in the company';
  return {
    title: 'IN lists',
    notes: [runNote(files[files.length - 1]!)],
    charts:
      steps.length === 0
        ? []
        : [
            lineChart({
              title: 'Ids that an IN list needs',
              xName,
              yName: 'ids in one statement',
              lines: (['people', 'orders', 'customers', 'all'] as const).map((name) => ({
                name,
                points: steps.map((step) => [step.companySize, step.parameters[name]] as const),
              })),
              bounds: parameters
                ? [{ name: `${count(parameters.setting)} parameters at most`, y: parameters.setting }]
                : [],
            }),
            lineChart({
              title: 'Size of the statement',
              xName,
              yName: 'bytes',
              lines: [
                { name: 'statement', points: steps.map((step) => [step.companySize, step.statementBytes] as const) },
              ],
              bounds: packet ? [{ name: `max_allowed_packet ${count(packet.setting)}`, y: packet.setting }] : [],
            }),
          ],
    tables: [
      {
        title: 'By company size',
        head: ['people', 'ids', 'bytes', 'as parameters', 'as literals', 'access to funds', 'range optimizer gave up'],
        rows: steps.map(({ companySize, parameters: needed, statementBytes, asParameters, asLiterals }) => [
          count(companySize),
          count(needed.all),
          count(statementBytes),
          attemptText(asParameters),
          attemptText(asLiterals),
          asLiterals.access ?? '–',
          asLiterals.rangeOptimizerGaveUp ? 'yes' : 'no',
        ]),
      },
      {
        title: 'Limits, found by bisection',
        head: ['limit', 'setting', 'most ids taken', 'fewest refused', 'bytes there', 'evidence'],
        rows: walls.map((found) => [
          found.limit,
          count(found.setting),
          count(found.largestTaken),
          count(found.smallestRefused),
          count(found.statementBytesAtWall),
          found.evidence,
        ]),
      },
    ],
  };
}

const attemptText = ({ outcome, reason, latency }: InClauseAttempt): string =>
  latency === null ? `${outcome}${reason === null ? '' : `: ${reason}`}` : `${number(latency.p50Ms)} ms`;

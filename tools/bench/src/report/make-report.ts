import type { Section, StoredResults } from './report-parts.ts';
import { compareSection } from './sections/compare.ts';
import { concurrencySection } from './sections/concurrency.ts';
import { inClauseSection } from './sections/in-clause.ts';
import { liveIndexSection } from './sections/live-index.ts';
import { materializedViewSection } from './sections/materialized-view.ts';
import { ghzSection, hierarchySection, orLogicSection } from './sections/smaller.ts';
import { reported } from './stored-results.ts';

/** The report's content: a section for each command that has results, and the commands that have none. */
export interface Report {
  readonly sections: readonly Section[];
  /** `npx nx run bench:…` lines of commands that were not run. */
  readonly missing: readonly string[];
}

/** Makes the report of what is stored, in a fixed order. Nothing is filled in for what is missing. */
export function makeReport(results: StoredResults): Report {
  const section = <F>(files: readonly F[] | undefined, make: (files: readonly F[]) => Section): Section[] =>
    files === undefined || files.length === 0 ? [] : [make(files)];
  const names = Object.keys(reported) as (keyof typeof reported)[];
  return {
    sections: [
      ...section(results.compare, compareSection),
      ...section(results.concurrency, concurrencySection),
      ...section(results['in-clause'], inClauseSection),
      ...section(results['or-logic'], orLogicSection),
      ...section(results.hierarchy, hierarchySection),
      ...section(results['materialized-view'], materializedViewSection),
      ...section(results['live-index'], liveIndexSection),
      ...section(results.ghz, ghzSection),
    ],
    missing: names
      .filter((name) => (results[name] ?? []).length === 0)
      .map((name) => `npx nx run bench:${reported[name]}`),
  };
}

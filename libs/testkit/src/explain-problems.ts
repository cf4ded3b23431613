import { fullReads, indexCatalog } from '@finance/schema';
import type { QueryPlan } from './explain-named-queries.ts';

type Engine = 'mysql' | 'sqlite';

/** The catalogued tables; others have one row, or are temporary and made to be read. */
const tables: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> = new Map(Object.entries(indexCatalog));

/** A statement's use of a table, worded so that equal uses are equal strings. */
interface Use {
  readonly use: string;
  /** For messages. */
  readonly detail: string;
}

const readsAllOf = (name: string, table: string, statement: string): string =>
  `${name} reads all of ${table} in "${statement}"`;
const readsBy = (name: string, table: string, index: string | null): string => `${name} reads ${table} by ${index}`;

/**
 * Every difference between the plans of one lib's queries and the catalogue: full reads without a reason and, on
 * MySQL, indexes that do not list the query. Also what the catalogue says in vain: a reason for a full read that does
 * not happen, an index that lists a query which does not use it or was not run.
 */
export function planProblems(lib: string, engine: Engine, plans: readonly QueryPlan[]): string[] {
  const uses = new Map(usesOf(engine, plans).map(({ use, detail }) => [use, detail]));
  const expected = expectedUses(lib, engine);
  const surprises = [...uses].filter(([use]) => !expected.has(use)).map(([use, detail]) => `${use} (${detail})`);
  const inVain = [...expected].filter((use) => !uses.has(use));
  return [...surprises, ...inVain.map((use) => `the catalogue says "${use}", but it does not`)];
}

function usesOf(engine: Engine, plans: readonly QueryPlan[]): Use[] {
  return plans.flatMap(({ name, statements }) =>
    statements.flatMap(({ sql, accesses }) => {
      const text = inOneLine(sql);
      return accesses
        .filter(({ table, readsAll }) => tables.has(table) && (readsAll || engine === 'mysql'))
        .map(({ table, index, readsAll, method }) => ({
          use: readsAll ? readsAllOf(name, table, excusedPart(name, table, text)) : readsBy(name, table, index),
          detail: `${method}; ${text}`,
        }));
    }),
  );
}

/** The part of a statement by which `fullReads` knows it, or all of it. */
const excusedPart = (name: string, table: string, text: string): string =>
  fullReads.find((read) => read.query === name && read.table === table && text.includes(read.statement))?.statement ??
  text;

function expectedUses(lib: string, engine: Engine): Set<string> {
  const isOfLib = (name: string) => name.startsWith(`${lib}/`);
  const reads = fullReads.filter(({ query, only }) => isOfLib(query) && (only === undefined || only === engine));
  const served = [...tables].flatMap(([table, indexes]) =>
    Object.entries(indexes).flatMap(([index, queries]) =>
      queries.filter(isOfLib).map((name) => readsBy(name, table, index)),
    ),
  );
  return new Set([
    ...reads.map(({ query, table, statement }) => readsAllOf(query, table, statement)),
    // SQLite chooses differently for good reasons; there only full reads matter.
    ...(engine === 'mysql' ? served : []),
  ]);
}

/** Lists of parameters are of no interest. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/\?(, \?)+/g, '?…');

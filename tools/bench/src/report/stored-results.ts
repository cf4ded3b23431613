import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultFolder } from '../result-file.ts';
import type { CommandName, ResultFile } from '../result-types.ts';
import type { StoredResults } from './report-parts.ts';

/** Commands whose results the report shows, and how to get them. */
export const reported = {
  compare: 'compare -- --stores sqlite,mysql',
  concurrency: 'concurrency',
  'in-clause': 'in-clause',
  'or-logic': 'or-logic',
  hierarchy: 'hierarchy',
  'materialized-view': 'materialized-view',
  'live-index': 'live-index',
  ghz: 'ghz',
} as const satisfies Partial<Record<CommandName, string>>;

/**
 * Reads every result in the folder, the oldest first; `--save-as` may have given them any name. Files that are no
 * results are left out and named in `ignored`.
 */
export function readStoredResults(folder: string = resultFolder()): { results: StoredResults; ignored: string[] } {
  const results: Partial<Record<CommandName, ResultFile<CommandName>[]>> = {};
  const ignored: string[] = [];
  for (const name of namesIn(folder)) {
    const file = parse(readFileSync(join(folder, name), 'utf8'));
    if (file === undefined) ignored.push(name);
    else (results[file.command] ??= []).push(file);
  }
  for (const files of Object.values(results)) files.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  return { results: results as StoredResults, ignored };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}

function parse(text: string): ResultFile<CommandName> | undefined {
  try {
    const file = JSON.parse(text) as Partial<ResultFile<CommandName>> | null;
    return file?.command !== undefined && file.machine !== undefined && file.results !== undefined
      ? (file as ResultFile<CommandName>)
      : undefined;
  } catch {
    return undefined;
  }
}

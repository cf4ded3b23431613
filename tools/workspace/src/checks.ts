import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.ts';
import { runCommand, type Outcome } from './run-command.ts';

/** A check of the sources that needs no database. */
export interface Check {
  readonly name: string;
  readonly run: () => Outcome;
  /** What to do when it fails. */
  readonly mend: string;
}

/** The contract as released; a change that breaks its callers is found by comparing with it. */
export const releasedContract = 'proto/released.binpb';

/** In the order of `npm run check`; the fast ones first. */
export const checks: readonly Check[] = [
  {
    name: 'format',
    run: () => runCommand('prettier', ['--check', '--log-level', 'warn', '.']),
    mend: 'npm run format',
  },
  {
    name: 'types',
    run: () => runCommand('node', ['node_modules/@typescript/native/bin/tsc', '-p', '.']),
    mend: 'mend the types',
  },
  { name: 'lint and boundaries', run: lint, mend: 'see ARCHITECTURE.md for what may import what' },
  { name: 'proto lint', run: () => runCommand('buf', ['lint']), mend: 'mend the proto files' },
  {
    name: 'proto format',
    run: () => runCommand('buf', ['format', '--diff', '--exit-code']),
    mend: 'npx buf format -w',
  },
  {
    name: 'proto breaking changes',
    run: () => runCommand('buf', ['breaking', '--against', releasedContract]),
    mend: 'add instead of changing; see CONTRIBUTING.md',
  },
  { name: 'generated code is fresh', run: generatedIsFresh, mend: 'npm run gen' },
];

/** The boundary rule is silent without a project graph, so the graph is made first. */
export function lint(): Outcome {
  const graph = runCommand('nx', ['show', 'projects']);
  return graph.ok ? runCommand('oxlint', ['--deny-warnings']) : graph;
}

function generatedIsFresh(): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'finance-gen-'));
  try {
    const generated = runCommand('buf', ['generate', '-o', folder]);
    if (!generated.ok) return generated;
    return runCommand('diff', ['-r', join(folder, 'libs/contract/src'), join(root, 'libs/contract/src')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { checks } from './checks.ts';

/** Runs all checks, one line each, with the output of those that fail. */
export function runChecks(): { passed: number; failed: number } {
  let failed = 0;
  for (const { name, run, mend } of checks) {
    const started = performance.now();
    const { ok, output } = run();
    console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    if (ok) continue;
    failed += 1;
    console.log(`${output.trim()}\n  → ${mend}`);
  }
  return { passed: checks.length - failed, failed };
}

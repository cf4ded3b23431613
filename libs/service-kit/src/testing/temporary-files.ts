import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes files into a folder of their own until the test ends and returns their paths by name. */
export function temporaryFiles<Name extends string>(files: Readonly<Record<Name, string>>): Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), 'finance-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const paths: Record<string, string> = {};
  for (const [name, content] of Object.entries<string>(files)) {
    paths[name] = join(folder, name);
    writeFileSync(join(folder, name), content);
  }
  return paths;
}

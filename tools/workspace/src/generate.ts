import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';
import { runCommand } from './run-command.ts';
import { settingsDocument } from './settings-document.ts';

/** `npm run gen`: TypeScript from proto/, migrations from the Drizzle tables, docs/settings.md from the settings. */
const steps: readonly (readonly [string, ...string[]])[] = [
  ['buf', 'format', '-w'],
  ['buf', 'lint'],
  ['buf', 'generate'],
  ['npm', 'run', '--silent', 'migrations', '-w', '@finance/schema'],
];
for (const [command, ...args] of steps) {
  const { ok, output } = runCommand(command, args);
  console.log(`${ok ? '✓' : '✗'} ${[command, ...args].join(' ')}`);
  if (!ok) {
    console.log(output.trim());
    process.exitCode = 1;
    break;
  }
}
if (process.exitCode === undefined) {
  writeFileSync(join(root, 'docs/settings.md'), settingsDocument());
  runCommand('prettier', ['--write', 'docs/settings.md']);
}

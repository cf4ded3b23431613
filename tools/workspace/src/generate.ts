import { runCommand } from './run-command.ts';

/** `npm run gen`: TypeScript from proto/, migrations from the Drizzle tables. */
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

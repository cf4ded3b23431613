import { runChecks } from './run-checks.ts';

/** `npm run check` */
const { failed } = runChecks();
process.exitCode = failed === 0 ? 0 : 1;

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openCurrentDatabase, parseDatabaseUrl, workspaceRoot } from '@finance/schema';
import { readCheckpointFile } from './checkpoints/checkpoint-witness.ts';
import { parsePublicKey } from './checkpoints/signing-key.ts';
import { readSealKey } from './seals/key-file.ts';
import { createSeals, type Seals } from './seals/seals.ts';
import { auditSettings } from './settings.ts';
import { verifyLog } from './verify/verify-log.ts';

const usage = `Usage: npx nx run audit:verify -- [--checkpoints <file>]… [--public-key <key>]…

Verifies the audit log of DATABASE_URL (default sqlite:var/finance.db): hash chain, numbers, head, the seals of the
services with AUDIT_SEAL_KEY (default the key in var/audit-seal.key), and signed checkpoints (paths are relative to the
checkout). Exit code 0: as it was written; 1: the first bad entry is named, or alarms that the services put on record; 2:
it could not be verified.`;

/** Prints what was found. @returns the exit code */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      checkpoints: { type: 'string', multiple: true, default: [] },
      'public-key': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const target = parseDatabaseUrl(process.env['DATABASE_URL'] ?? 'sqlite:var/finance.db');
  if (target.engine === 'memory') throw new Error('DATABASE_URL: memory: holds no log that outlives its process');
  const keys = values['public-key'].map(parsePublicKey);
  if (values.checkpoints.length > 0 && keys.length === 0) throw new Error('--checkpoints needs --public-key');
  const files = values.checkpoints.map((file) => readCheckpointFile(resolve(workspaceRoot, file), keys));
  const seals = sealsGiven();
  const database = await openCurrentDatabase(target);
  try {
    const started = performance.now();
    const witnesses = files.map(({ witness }) => witness);
    const { lastSequence, firstBad, pendingChanges, alarms, changesWithoutEntry } = await verifyLog(
      database,
      { witnesses, seals },
      new AbortController().signal,
    );
    const seconds = (performance.now() - started) / 1000;
    const rate = Math.round(Number(lastSequence) / seconds).toLocaleString('en-US');
    console.log(`${lastSequence} entries verified in ${seconds.toFixed(2)} s: ${rate} entries/s`);
    if (pendingChanges > 0) console.log(`${pendingChanges} changes wait for their place in the log`);
    if (changesWithoutEntry > 0) {
      console.log(
        `${changesWithoutEntry} changes that processes noted have no entry: they failed at their end or are under way, their process died, or their notes were taken out`,
      );
    }
    console.log(
      seals === undefined
        ? 'no key of the seals was given: entries that somebody added would pass'
        : 'the seals of the services were verified',
    );
    const vouched = witnesses.reduce((most, each) => (each.lastSequence > most ? each.lastSequence : most), 0n);
    console.log(
      files.length === 0
        ? `no checkpoints were given: a log ${seals === undefined ? 'rewritten as a whole, or ' : ''}cut with its head, would pass`
        : `checkpoints vouch for the entries up to ${vouched}`,
    );
    const problems = [...files.flatMap(({ problems }) => problems), ...alarms, ...(firstBad ? [firstBad.problem] : [])];
    for (const problem of problems) console.error(`BAD: ${problem}`);
    if (problems.length === 0) console.log('OK');
    return problems.length === 0 ? 0 : 1;
  } finally {
    await database.close();
  }
}

/** Undefined where no key is at hand. */
function sealsGiven(): Seals | undefined {
  const text = process.env['AUDIT_SEAL_KEY'];
  const keys = text === undefined ? readSealKey() : auditSettings.AUDIT_SEAL_KEY.schema.parse(text);
  return keys && createSeals(Array.isArray(keys) ? keys : [keys]);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});

import type { Client } from '@connectrpc/connect';
import { ChainVerifier, parsePublicKey, readCheckpointFile, type PublicKey } from '@finance/audit';
import { AuditKindSchema, type AuditEntry, type AuditService } from '@finance/contract/audit-service';
import { pageSizeMax } from '@finance/paging';
import { InvalidArgumentError, type Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { withAudit } from '../client.ts';
import { exitCodes } from '../exit-codes.ts';
import { withCommon, type CommonFlags } from '../options/command-options.ts';
import { showAnswer } from '../output/answer.ts';
import type { Column } from '../output/columns.ts';
import type { Output } from '../output/output.ts';
import { recordText } from '../output/table.ts';
import { countText, wordOf } from '../output/words.ts';

interface Flags extends CommonFlags {
  readonly checkpoints: readonly string[];
  readonly publicKey: readonly PublicKey[];
}

/** What was found; a contract with scripts as JSON and CSV. */
interface Report {
  readonly entriesVerified: bigint;
  readonly vouchedUpTo: bigint;
  readonly problems: readonly string[];
}

const csv: readonly Column<Report>[] = [
  { name: 'entries_verified', of: ({ entriesVerified }) => String(entriesVerified) },
  { name: 'vouched_up_to', of: ({ vouchedUpTo }) => String(vouchedUpTo) },
  { name: 'problems', of: ({ problems }) => problems.join('; ') },
];

/** `finance audit verify`: every entry through ListAuditEntries, its hash computed here, against signed checkpoints. */
export function addAuditVerify(group: Command, output: Output): void {
  const command = group
    .command('verify')
    .description('compute every hash of the audit log anew and name the first entry that is not as it was written')
    .option('--checkpoints <file>', 'file of signed checkpoints; may be repeated', listed, [])
    .option('--public-key <key>', 'key that signed them, as keygen printed it; may be repeated', publicKeys, []);
  withCommon(command, [
    'audit verify',
    'audit verify --checkpoints funds-1.checkpoints --checkpoints funds-2.checkpoints --public-key <key>',
  ]).action(async (flags: Flags) => {
    const files = flags.checkpoints.map((file) => readCheckpoints(file, flags.publicKey));
    const verifier = new ChainVerifier({ witnesses: files.map(({ witness }) => witness) });
    await withAudit(flags, (client) => verifyAll(client, verifier, output));
    const firstBad = verifier.end();
    const report: Report = {
      entriesVerified: verifier.head.sequence,
      vouchedUpTo: files.map(({ witness }) => witness.lastSequence).reduce((a, b) => (a > b ? a : b), 0n),
      problems: [
        ...files.flatMap(({ problems }) => problems),
        ...verifier.alarms,
        ...(firstBad ? [firstBad.problem] : []),
      ],
    };
    const { entriesVerified, vouchedUpTo, problems } = report;
    await showAnswer(output, flags, {
      json: { entriesVerified: String(entriesVerified), vouchedUpTo: String(vouchedUpTo), problems: [...problems] },
      text: () =>
        recordText(output, [
          ['entries verified', countText(entriesVerified)],
          ['checkpoints vouch', vouchedUpTo === 0n ? 'for nothing: none were given' : `up to ${vouchedUpTo}`],
          ['log', problems.length === 0 ? 'as it was written' : 'NOT as it was written'],
        ]),
      csv,
      lines: [report],
    });
    if (problems.length > 0) throw new CliError(exitCodes.refused, problems.join('\n'));
  });
}

async function verifyAll(client: Client<typeof AuditService>, verifier: ChainVerifier, output: Output): Promise<void> {
  let pageToken = '';
  do {
    const page = await client.listAuditEntries({ pageSize: pageSizeMax, pageToken });
    for (const entry of page.entries) if (verifier.push(stored(entry)) !== undefined) return output.endProgress();
    output.progress(`${countText(verifier.head.sequence)} entries…`);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  output.endProgress();
}

/** An entry as it is hashed. */
function stored({ recordedAt, kind, viewerUserId, resultCount, totalSize, ...same }: AuditEntry) {
  const { seconds = 0n, nanos = 0 } = recordedAt ?? {};
  return {
    ...same,
    recordedAtMicros: seconds * 1_000_000n + BigInt(Math.trunc(nanos / 1_000)),
    kind: wordOf(AuditKindSchema, kind),
    viewerUserId: viewerUserId ?? null,
    resultCount: resultCount ?? null,
    totalSize: totalSize ?? null,
    // Only the services and audit:verify have the key of seals.
    seal: '',
  };
}

function readCheckpoints(file: string, keys: readonly PublicKey[]) {
  try {
    return readCheckpointFile(file, keys);
  } catch {
    throw new CliError(exitCodes.usage, `--checkpoints ${file}: it must be a file that can be read`);
  }
}

const listed = (text: string, earlier: readonly string[]): readonly string[] => [...earlier, text];

function publicKeys(text: string, earlier: readonly PublicKey[]): readonly PublicKey[] {
  try {
    return [...earlier, parsePublicKey(text)];
  } catch {
    throw new InvalidArgumentError('It must be 32 bytes as base64 or hex.');
  }
}

import { AuditEntrySchema, AuditKindSchema, type AuditEntry } from '@finance/contract/audit-service';
import type { Column } from '../output/columns.ts';
import { instantText, secondText } from '../output/instants.ts';
import { jsonOf } from '../output/json.ts';
import type { Listing } from '../output/listing.ts';
import { wordOf } from '../output/words.ts';

const numberText = (value: bigint | undefined): string => (value === undefined ? '' : String(value));
const kindText = (entry: AuditEntry): string => wordOf(AuditKindSchema, entry.kind);

const table: readonly Column<AuditEntry>[] = [
  { name: 'entry', of: (entry) => String(entry.sequence), right: true },
  { name: 'recorded (UTC)', of: (entry) => secondText(entry.recordedAt) },
  { name: 'kind', of: kindText },
  { name: 'caller', of: (entry) => entry.caller },
  { name: 'call', of: (entry) => entry.rpc.slice(entry.rpc.indexOf('/') + 1) },
  { name: 'viewer', of: (entry) => numberText(entry.viewerUserId), right: true },
  { name: 'outcome', of: (entry) => entry.outcome },
  { name: 'results', of: (entry) => numberText(entry.resultCount), right: true },
  { name: 'total', of: (entry) => numberText(entry.totalSize), right: true },
  { name: 'strategy', of: (entry) => entry.strategy },
];

const csv: readonly Column<AuditEntry>[] = [
  { name: 'sequence', of: (entry) => String(entry.sequence) },
  { name: 'recorded_at', of: (entry) => instantText(entry.recordedAt) },
  { name: 'kind', of: kindText },
  { name: 'caller', of: (entry) => entry.caller },
  { name: 'caller_address', of: (entry) => entry.callerAddress },
  { name: 'request_id', of: (entry) => entry.requestId },
  { name: 'rpc', of: (entry) => entry.rpc },
  { name: 'viewer_user_id', of: (entry) => numberText(entry.viewerUserId) },
  { name: 'arguments_hash', of: (entry) => entry.argumentsHash },
  { name: 'outcome', of: (entry) => entry.outcome },
  { name: 'result_count', of: (entry) => numberText(entry.resultCount) },
  { name: 'total_size', of: (entry) => numberText(entry.totalSize) },
  { name: 'strategy', of: (entry) => entry.strategy },
  { name: 'position', of: (entry) => entry.position },
  { name: 'note', of: (entry) => entry.note },
  { name: 'entry_hash', of: (entry) => entry.entryHash },
];

/** Entries of the audit log in every form. */
export const auditListing: Listing<AuditEntry, AuditEntry> = {
  noun: 'entries',
  key: 'entries',
  jsonOf: (entry) => jsonOf(AuditEntrySchema, entry),
  linesOf: (entry) => [entry],
  table,
  csv,
};

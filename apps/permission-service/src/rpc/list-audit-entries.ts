import type { MessageInitShape } from '@bufbuild/protobuf';
import { instantFromProto, optionalId, protoTimestamp, requestReader, requireText } from '@finance/api';
import { listEntries, type AuditEntry, type AuditKind as StoredKind } from '@finance/audit';
import {
  AuditKind,
  type AuditEntrySchema,
  type AuditFilter as FilterMessage,
  type AuditService,
  type ListAuditEntriesRequest,
} from '@finance/contract/audit-service';
import { invalidField } from '@finance/domain';
import { parseOrderBy, parsePageSize } from '@finance/paging';
import type { RpcHandler } from '@finance/service-kit';
import type { AuditDeps } from '../audit-deps.ts';

const storedKinds: ReadonlyMap<AuditKind, StoredKind> = new Map([
  [AuditKind.WRITE, 'write'],
  [AuditKind.CALL, 'call'],
  [AuditKind.BEGIN, 'begin'],
  [AuditKind.ALARM, 'alarm'],
  [AuditKind.LOST, 'lost'],
  [AuditKind.START, 'start'],
  [AuditKind.STOP, 'stop'],
]);
const kindMessages: ReadonlyMap<string, AuditKind> = new Map([...storedKinds].map(([kind, word]) => [word, kind]));

/** Longer than what an entry keeps of either. */
const textCharsMax = 200;

export const listAuditEntries = ({
  database,
  pageTokens,
}: AuditDeps): RpcHandler<(typeof AuditService)['method']['listAuditEntries']> => {
  const read = requestReader<ListAuditEntriesRequest>(pageTokens)({
    filter: (request) => (request.filter === undefined ? {} : readFilter(request.filter)),
    order: (request) => parseOrderBy(request.orderBy, ['sequence']),
    pageSize: (request) => parsePageSize(request.pageSize),
  });
  return async (request, { signal }) => {
    const {
      filter,
      order: { descending },
      pageSize,
    } = read(request);
    const call = { rpc: 'ListAuditEntries', filter, descending };
    const after = pageTokens.open(request.pageToken, call)?.id;
    const { entries, hasMore } = await database.snapshot(
      signal,
      (session) => listEntries(session, { filter, descending, after, pageSize }),
      { kind: 'any' },
    );
    const last = entries.at(-1)?.sequence;
    return {
      entries: entries.map(entryMessage),
      nextPageToken: hasMore && last !== undefined ? pageTokens.seal({ value: last, id: last }, call) : '',
    };
  };
};

const readFilter = requestReader<FilterMessage>()({
  caller: (filter) => requireText(filter.caller, 'filter.caller', 0, textCharsMax) || undefined,
  viewerUserId: (filter) => optionalId(filter.viewerUserId, 'filter.viewer_user_id') ?? undefined,
  rpc: (filter) => requireText(filter.rpc, 'filter.rpc', 0, textCharsMax) || undefined,
  kind: (filter) => parseKind(filter.kind),
  recordedFromMicros: ({ recordedFrom: from }) => from && instantFromProto(from, 'filter.recorded_from'),
  recordedToMicros: ({ recordedTo: to }) => to && instantFromProto(to, 'filter.recorded_to'),
});

function parseKind(kind: AuditKind): StoredKind | undefined {
  if (kind === AuditKind.UNSPECIFIED) return undefined;
  const known = storedKinds.get(kind);
  if (known === undefined)
    throw invalidField('filter.kind', 'is not a kind of entry', 'FIELD_INVALID', { value: kind });
  return known;
}

function entryMessage(entry: AuditEntry): MessageInitShape<typeof AuditEntrySchema> {
  const { recordedAtMicros, kind, viewerUserId, resultCount, totalSize, seal: _, ...same } = entry;
  return {
    ...same,
    recordedAt: protoTimestamp(Number(recordedAtMicros)),
    kind: kindMessages.get(kind) ?? AuditKind.UNSPECIFIED,
    ...(viewerUserId !== null && { viewerUserId }),
    ...(resultCount !== null && { resultCount }),
    ...(totalSize !== null && { totalSize }),
  };
}

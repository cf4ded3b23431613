import { protoBasis, protoTimestamp, protoUser } from '@finance/api';
import { OrgChangeKind, type WatchChangesResponseSchema } from '@finance/contract/permission-service';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { PersonChange } from '@finance/change-feed';
import { belongsTo, type BasisName } from '@finance/domain';
import { limitedAs } from '@finance/service-kit';
import type { PermissionDeps, PermissionRpc } from '../permission-deps.ts';
import type { ChangeWatch } from '../watch/change-watch.ts';
import { shuttingDown } from '../watch/watch-problems.ts';

type Response = MessageInitShape<typeof WatchChangesResponseSchema>;

export const watchChanges = ({
  watch,
  consistency,
}: PermissionDeps & { readonly watch: ChangeWatch }): ReturnType<PermissionRpc<'watchChanges'>> =>
  async function* ({ afterToken }, { signal, draining, caller }): AsyncGenerator<Response> {
    const after = afterToken === '' ? undefined : consistency.positionAfter(afterToken, 'after_token');
    const end = new AbortController();
    const drain = (): void => end.abort(shuttingDown());
    draining.addEventListener('abort', drain, { once: true });
    if (draining.aborted) drain();
    const ended = AbortSignal.any([signal, end.signal]);
    belongsTo(ended, limitedAs(caller));
    try {
      for await (const event of watch.events(after, ended)) {
        yield {
          position: consistency.seal(event.position),
          ...(event.change && { change: changeMessage(event.change) }),
          affectedUserIds: [...event.affectedUserIds],
          sendTime: protoTimestamp(Date.now() * 1_000),
        };
      }
    } finally {
      draining.removeEventListener('abort', drain);
    }
  };

const basisOf: Readonly<Record<Exclude<PersonChange['table'], 'users'>, BasisName>> = {
  funds: 'handler',
  orders: 'order_owner',
  customers: 'customer_admin',
};

function changeMessage({ table, id, before, after, user }: PersonChange): NonNullable<Response['change']> {
  if (table === 'users') {
    return {
      case: 'orgChange',
      value: {
        // The row may have gone since; whom the user reported to is known all the same.
        user: { ...(user && protoUser(user)), userId: id, parentUserId: after ?? 0n },
        kind: orgChangeKind(before, after),
        oldParentUserId: before ?? 0n,
      },
    };
  }
  return {
    case: 'assignmentChange',
    value: { basis: protoBasis(basisOf[table]), recordId: id, oldUserId: before ?? 0n, newUserId: after ?? 0n },
  };
}

function orgChangeKind(before: bigint | null, after: bigint | null): OrgChangeKind {
  if (before === null) return OrgChangeKind.CREATED;
  if (after === null) return OrgChangeKind.DELETED;
  return before === after ? OrgChangeKind.UPDATED : OrgChangeKind.MOVED;
}

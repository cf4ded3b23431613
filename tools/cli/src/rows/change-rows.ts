import { BasisSchema } from '@finance/contract/permission';
import { OrgChangeKindSchema, type WatchChangesResponse } from '@finance/contract/permission-service';
import type { Column } from '../output/columns.ts';
import { instantText } from '../output/instants.ts';
import { idText, wordOf } from '../output/words.ts';

/** What happened, in words, and to whom it was and is assigned. */
interface ChangeFacts {
  readonly what: string;
  readonly id: bigint;
  readonly oldUserId: bigint;
  readonly newUserId: bigint;
}

function factsOf({ change }: WatchChangesResponse): ChangeFacts {
  if (change.case === 'assignmentChange') {
    const { basis, recordId, oldUserId, newUserId } = change.value;
    return { what: wordOf(BasisSchema, basis), id: recordId, oldUserId, newUserId };
  }
  if (change.case === 'orgChange') {
    const { user, kind, oldParentUserId } = change.value;
    const what = `user-${wordOf(OrgChangeKindSchema, kind)}`;
    return { what, id: user?.userId ?? 0n, oldUserId: oldParentUserId, newUserId: user?.parentUserId ?? 0n };
  }
  return { what: 'heartbeat', id: 0n, oldUserId: 0n, newUserId: 0n };
}

/** An event in CSV. */
export const changeColumns: readonly Column<WatchChangesResponse>[] = [
  { name: 'send_time', of: (event) => instantText(event.sendTime) },
  { name: 'change', of: (event) => factsOf(event).what },
  { name: 'id', of: (event) => idText(factsOf(event).id) },
  { name: 'old_user_id', of: (event) => idText(factsOf(event).oldUserId) },
  { name: 'new_user_id', of: (event) => idText(factsOf(event).newUserId) },
  { name: 'affected_user_ids', of: (event) => event.affectedUserIds.join(' ') },
  { name: 'position', of: (event) => event.position },
];

const userText = (userId: bigint): string => (userId === 0n ? 'nobody' : `user ${userId}`);

/** An event as a line for people. */
export function changeText(event: WatchChangesResponse): string {
  const { what, id, oldUserId, newUserId } = factsOf(event);
  const affected = event.affectedUserIds.length === 0 ? '' : `  (affects ${event.affectedUserIds.join(', ')})`;
  return `${instantText(event.sendTime)}  ${what} ${id}: ${userText(oldUserId)} -> ${userText(newUserId)}${affected}\n`;
}

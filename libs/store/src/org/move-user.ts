import type { User } from '@finance/domain';
import type { SqlSession } from '@finance/schema';

/** Who moves where. */
export interface UserMove {
  readonly userId: bigint;
  /** Null makes the user a root. */
  readonly newParentUserId: bigint | null;
  /** When present, the move happens only at this org version. */
  readonly expectedOrgVersion?: bigint | undefined;
  /** Checks and counts, changes and locks nothing: may run in a snapshot. */
  readonly validateOnly: boolean;
}

/** What a move did, or would do. */
export interface MoveResult {
  /** The user after the move, or as they would be. */
  readonly user: User;
  /** People who move: the user and everyone below; 0 when the parent stays. */
  readonly affectedUserCount: number;
  /** Distinct funds that touch any of them; 0 when the parent stays. */
  readonly affectedFundCount: number;
  /** After the move; the present one for `validateOnly`. */
  readonly orgVersion: bigint;
}

export async function moveUser(session: SqlSession, move: UserMove): Promise<MoveResult> {
  throw new Error(`${session.position} ${move.userId}`);
}

import type { Role } from './user.ts';

/** On whose behalf a write is made, as far as that bounds what it may change and what its answer may tell. */
export interface Writer {
  /** The user that the caller is; undefined for services. */
  readonly userId: bigint | undefined;
  /** It acts as itself and as nobody else: it changes only what its user sees. */
  readonly isConfined: boolean;
  /** Whose funds it may read: everybody's, those that its user sees, or none. */
  readonly reads: 'everything' | 'own' | 'nothing';
}

const power: Readonly<Record<Role, number>> = { staff: 0, supervisor: 1, admin: 2 };

/** Whether a role opens more than another. */
export const isRoleAbove = (role: Role, other: Role): boolean => power[role] > power[other];

/** What a user may see; the order is that of `finance.permission.v1.Role`. */
export const roles = ['admin', 'supervisor', 'staff'] as const;

export type Role = (typeof roles)[number];

/** A person in the org. */
export interface User {
  readonly userId: bigint;
  readonly name: string;
  readonly role: Role;
  readonly department: string;
  /** Null at the top of a tree. */
  readonly parentUserId: bigint | null;
}

import type { Role } from './user.ts';

/**
 * Some people: those with `left <= treeLeft <= right` while the stored tree is in step with who reports to whom, or else
 * the users of these ids.
 */
export type People = { readonly left: number; readonly right: number } | { readonly userIds: readonly bigint[] };

/** What a viewer may see, before funds are looked at. True only in the state that it was read in. */
export interface Scope {
  readonly viewerUserId: bigint;
  readonly role: Role;
  /** The people in scope; null means everybody (admin). */
  readonly people: People | null;
  /** People below the viewer in the tree, whatever the role makes of them. */
  readonly subordinateCount: number;
  readonly orgVersion: bigint;
}

/** The interval of a role at a place in the tree: everybody, the subtree, or the viewer alone. */
export function peopleInScope(
  role: Role,
  treeLeft: number,
  treeRight: number,
): { readonly left: number; readonly right: number } | null {
  switch (role) {
    case 'admin':
      return null;
    case 'supervisor':
      return { left: treeLeft, right: treeRight };
    case 'staff':
      return { left: treeLeft, right: treeLeft };
  }
}

import type { Role } from './user.ts';

/** What a viewer may see, before funds are looked at. True only at `orgVersion`. */
export interface Scope {
  readonly viewerUserId: bigint;
  readonly role: Role;
  /** The people in scope: those with `left <= treeLeft <= right`; null means everybody (admin). */
  readonly people: { readonly left: number; readonly right: number } | null;
  /** People below the viewer in the tree, whatever the role makes of them. */
  readonly subordinateCount: number;
  readonly orgVersion: bigint;
}

/** The interval of a role at a place in the tree: everybody, the subtree, or the viewer alone. */
export function peopleInScope(role: Role, treeLeft: number, treeRight: number): Scope['people'] {
  switch (role) {
    case 'admin':
      return null;
    case 'supervisor':
      return { left: treeLeft, right: treeRight };
    case 'staff':
      return { left: treeLeft, right: treeLeft };
  }
}

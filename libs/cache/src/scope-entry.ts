import type { Scope } from '@finance/domain';

/** What is known about a viewer at one org version: a scope, or that there is no such user. */
export type ScopeEntry =
  | { readonly viewerUserId: bigint; readonly orgVersion: bigint; readonly scope: Scope }
  | { readonly viewerUserId: bigint; readonly orgVersion: bigint; readonly scope: null };

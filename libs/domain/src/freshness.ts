/**
 * How fresh the data of a read must be: `latest` includes everything acknowledged before the call, `at-least` includes
 * a position of the database, `any` may be old.
 */
export type Freshness =
  { readonly kind: 'latest' } | { readonly kind: 'at-least'; readonly position: string } | { readonly kind: 'any' };

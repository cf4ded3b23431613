/** Cuts a result that was read one row beyond the page, which tells whether there is more. */
export function cutPage<T>(read: readonly T[], pageSize: number): { items: readonly T[]; hasMore: boolean } {
  return { items: read.slice(0, pageSize), hasMore: read.length > pageSize };
}

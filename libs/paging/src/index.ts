export { parseOrderBy } from './order-by.ts';
export type { ParsedOrder } from './order-by.ts';
export { pageSizeDefault, pageSizeMax, parsePageSize } from './page-size.ts';
export { decodePageToken, encodePageToken, pageTokenInvalid } from './page-token.ts';
export type { PagePosition } from './page-token.ts';
export { parseSkip, skipMax } from './skip.ts';

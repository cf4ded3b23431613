import { hash } from 'node:crypto';
import { decodePageToken, encodePageToken, pageTokenInvalid, type PagePosition } from '@finance/paging';
import type { Sealer } from '@finance/service-kit';

const purpose = 'page-token';

/** The arguments a token is bound to: all that decide which rows a list has and in what order. */
export type CallArguments = Readonly<Record<string, unknown>>;

/** Seals and opens the page tokens of list calls. */
export interface PageTokens {
  seal(position: PagePosition, call: CallArguments): string;
  /** The position of a token; undefined for the empty one. @throws DomainError PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH */
  open(token: string, call: CallArguments): PagePosition | undefined;
}

export function createPageTokens(sealer: Sealer): PageTokens {
  return {
    seal: (position, call) => sealer.seal(purpose, encodePageToken(position, fingerprint(call))),
    open: (token, call) => {
      if (token === '') return undefined;
      const content = sealer.open(purpose, token);
      if (!content) throw pageTokenInvalid();
      return decodePageToken(content, fingerprint(call));
    },
  };
}

function fingerprint(call: CallArguments): string {
  const text = JSON.stringify(call, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return hash('sha256', text, 'base64url');
}

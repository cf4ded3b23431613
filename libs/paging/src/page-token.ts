import { DomainError } from '@finance/domain';

/** Where a page ended: the sort value and the id that breaks ties. */
export interface PagePosition {
  readonly value: bigint | number | string;
  readonly id: bigint;
}

/** Changes when older tokens can no longer be read. */
const version = 1;

// Made once: making a decoder takes longer than what it decodes here.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The content of a token: a position and the fingerprint of the call it belongs to. To be sealed by the caller. */
export function encodePageToken(position: PagePosition, fingerprint: string): Uint8Array {
  const { value, id } = position;
  const content = [version, fingerprint, typeof value, String(value), String(id)];
  return encoder.encode(JSON.stringify(content));
}

/**
 * Reads the content of an unsealed token.
 * @throws DomainError PAGE_TOKEN_MISMATCH when it belongs to another call, PAGE_TOKEN_INVALID for another version
 */
export function decodePageToken(content: Uint8Array, fingerprint: string): PagePosition {
  const [tokenVersion, tokenFingerprint, type, value, id] = JSON.parse(decoder.decode(content)) as [
    number,
    string,
    string,
    string,
    string,
  ];
  if (tokenVersion !== version) throw pageTokenInvalid();
  if (tokenFingerprint !== fingerprint) {
    throw new DomainError(
      'PAGE_TOKEN_MISMATCH',
      'page_token belongs to a call with other arguments; repeat them unchanged, or start without a token',
      { field: 'page_token' },
    );
  }
  return { value: type === 'bigint' ? BigInt(value) : type === 'number' ? Number(value) : value, id: BigInt(id) };
}

/** The one answer to a token that is not ours, whatever is wrong with it. */
export function pageTokenInvalid(): DomainError {
  return new DomainError(
    'PAGE_TOKEN_INVALID',
    'page_token is not one of ours or was altered; take it unchanged from next_page_token, or start without a token',
    { field: 'page_token' },
  );
}

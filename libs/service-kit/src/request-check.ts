import type { HandlerContext } from '@connectrpc/connect';
import { requestBoundsOf, secondMessage } from './limits/request-bounds.ts';
import type { RequestBounds } from './limits/request-bounds.ts';
import { checkValues } from './limits/message-values.ts';
import { isKnownEncoding, unfold } from './limits/unfold.ts';
import { messageTooLarge } from './message-too-large.ts';
import type { RequestBody } from './request-body.ts';

/** Of gRPC, gRPC-Web and Connect's streams: a byte of flags, four of the message's length. */
const envelopeBytes = 5;
const compressedFlag = 1;

/**
 * Waits for all of a request on the HTTP port and looks whether connect may decode it.
 * @throws DomainError MESSAGE_TOO_LARGE, FIELD_INVALID, DEADLINE_EXCEEDED or CANCELLED
 */
export async function checkRequest(context: HandlerContext, body: RequestBody, maxMessageBytes: number): Promise<void> {
  const { method, protocolName, requestHeader, signal } = context;
  const bounds = requestBoundsOf(method, maxMessageBytes);
  const isUnaryConnect = protocolName === 'connect' && method.methodKind === 'unary';
  const bytesMax = bounds.bytesMax + (isUnaryConnect ? 0 : envelopeBytes);
  const bytes = await body.whole(bytesMax, signal);
  if (bytes === undefined) throw messageTooLarge(bounds);
  const isBinary = !/[/+]json\b/.test(requestHeader.get('content-type') ?? '');
  const encoding = requestHeader.get(isUnaryConnect ? 'content-encoding' : encodingHeaders[protocolName]!) ?? '';
  if (isUnaryConnect) return checkMessage(bytes, encoding, isBinary, bounds);
  const enveloped = messageOf(bytes);
  if (enveloped) await checkMessage(enveloped.message, enveloped.isCompressed ? encoding : '', isBinary, bounds);
}

const encodingHeaders: Readonly<Record<string, string>> = {
  connect: 'connect-content-encoding',
  grpc: 'grpc-encoding',
  'grpc-web': 'grpc-encoding',
};

/** What connect refuses by itself (an unknown encoding, one that this RPC does not take) is not looked into. */
async function checkMessage(
  message: Uint8Array,
  encoding: string,
  isBinary: boolean,
  bounds: RequestBounds,
): Promise<void> {
  if (encoding === '' || encoding === 'identity') {
    if (isBinary) checkValues(message);
  } else if (bounds.mayBeCompressed && isKnownEncoding(encoding)) {
    const unfolded = await unfold(message, encoding, bounds);
    if (isBinary) checkValues(unfolded);
  }
}

/** Undefined where none is whole, which connect refuses. @throws DomainError FIELD_INVALID for more than one */
function messageOf(bytes: Buffer): { readonly message: Uint8Array; readonly isCompressed: boolean } | undefined {
  if (bytes.length < envelopeBytes) return undefined;
  const end = envelopeBytes + bytes.readUInt32BE(1);
  if (end > bytes.length) return undefined;
  if (end < bytes.length) throw secondMessage();
  return { message: bytes.subarray(envelopeBytes), isCompressed: (bytes[0]! & compressedFlag) !== 0 };
}

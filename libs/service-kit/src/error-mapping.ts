import { anyPack } from '@bufbuild/protobuf/wkt';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { Code } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@finance/contract/rpc-error-details';
import { StatusSchema } from '@finance/contract/rpc-status';
import type { DomainError, ErrorReason } from '@finance/domain';
import { domainErrorFromConnect } from './domain-error-from-connect.ts';
import { codeByReason } from './error-codes.ts';
import { StatusError } from './status-error.ts';

/** The ErrorInfo domain of every error of this system. */
export const errorDomain = 'finance';

/** Reasons that a caller may simply try again. */
const retryable: ReadonlySet<ErrorReason> = new Set([
  'OVERLOADED',
  'DATABASE_UNAVAILABLE',
  'DATABASE_READ_ONLY',
  'DEPENDENCY_UNAVAILABLE',
  'IDENTITY_UNAVAILABLE',
  'RATE_LIMITED',
  'CONFLICT',
]);

/** Long enough for a pool to drain or a database to fail over a connection, short enough for a person to wait. */
const retryDelaySeconds = 1;

/** Errors travel in HTTP headers, whose whole size callers commonly limit to 8 KiB. */
const messageCharsMax = 1024;
const metadataValueCharsMax = 256;

/** A call's failure as the caller may see it, plus the cause that only the log may see. */
export interface RpcFailure {
  readonly code: Code;
  /** Undefined only for a StatusError. */
  readonly reason: ErrorReason | undefined;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly cause: unknown;
}

interface ErrorDetail {
  readonly desc: DescMessage;
  readonly value: MessageInitShape<DescMessage>;
}

/**
 * Maps whatever a handler threw. A DomainError, also one that came from another service, keeps its reason, message
 * and metadata; anything else becomes INTERNAL with nothing but the request id, because its text may hold SQL.
 */
export function rpcFailureFrom(error: unknown, requestId: string): RpcFailure {
  if (error instanceof StatusError) {
    return { code: error.code, reason: undefined, message: error.message, details: [], cause: undefined };
  }
  const known = domainErrorFromConnect(error);
  if (known === undefined || known.reason === 'INTERNAL') {
    const message = `internal error, request id ${requestId}`;
    return failure('INTERNAL', message, { request_id: requestId }, error);
  }
  const failed = overloads.get(known) ?? failure(known.reason, known.message, known.metadata, known.cause);
  if (known.reason === 'OVERLOADED') overloads.set(known, failed);
  return failed;
}

/** Where there is no room the same few errors are thrown again and again; their bytes are half the cost of a refusal. */
const overloads = new WeakMap<DomainError, RpcFailure>();
const statusBytes = new WeakMap<RpcFailure, Uint8Array>();

function failure(
  reason: ErrorReason,
  message: string,
  metadata: Readonly<Record<string, string>>,
  cause: unknown,
): RpcFailure {
  const shown = clip(message, messageCharsMax);
  const clipped = Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, clip(value, metadataValueCharsMax)]),
  );
  const details: ErrorDetail[] = [detail(ErrorInfoSchema, { reason, domain: errorDomain, metadata: clipped })];
  const field = clipped['field'];
  if (field !== undefined) {
    details.push(detail(BadRequestSchema, { fieldViolations: [{ field, description: shown, reason }] }));
  }
  if (retryable.has(reason)) {
    details.push(detail(RetryInfoSchema, { retryDelay: { seconds: BigInt(retryDelaySeconds) } }));
  }
  return { code: codeByReason[reason], reason, message: shown, details, cause };
}

function detail<D extends DescMessage>(desc: D, value: MessageInitShape<D>): ErrorDetail {
  return { desc, value: create(desc, value) };
}

/** Bounded, and without lone surrogates, which neither headers nor protobuf strings can carry. */
function clip(text: string, charsMax: number): string {
  return (text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`).toWellFormed();
}

/** The failure as Connect, gRPC-Web and gRPC over connect-node send it. */
export function connectErrorFrom(failed: RpcFailure): ConnectError {
  return new ConnectError(failed.message, failed.code, undefined, [...failed.details]);
}

/** The failure as a serialised google.rpc.Status, for the trailer `grpc-status-details-bin`. */
export function statusBytesFrom(failed: RpcFailure): Uint8Array {
  const made = statusBytes.get(failed);
  if (made) return made;
  const details = failed.details.map(({ desc, value }) => anyPack(desc, create(desc, value)));
  const bytes = toBinary(StatusSchema, create(StatusSchema, { code: failed.code, message: failed.message, details }));
  if (failed.reason === 'OVERLOADED') statusBytes.set(failed, bytes);
  return bytes;
}

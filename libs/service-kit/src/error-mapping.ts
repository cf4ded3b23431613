import { anyPack } from '@bufbuild/protobuf/wkt';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { Code } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@finance/contract/rpc-error-details';
import { StatusSchema } from '@finance/contract/rpc-status';
import { DomainError, type ErrorReason } from '@finance/domain';
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
  'CONSUMER_TOO_SLOW',
  'SERVER_SHUTTING_DOWN',
  'CONNECTION_EXPIRED',
]);

/** Long enough for a pool to drain or a database to fail over a connection, short enough for a person to wait. */
const retryDelaySeconds = 1;

/** Errors travel in HTTP headers, whose whole size callers commonly limit to 8 KiB. */
const messageCharsMax = 1024;
const metadataValueCharsMax = 256;
const violationsMax = 16;
const violationCharsMax = 160;

/** A call's failure as the caller may see it, plus the cause that only the log may see. */
export interface RpcFailure {
  readonly code: Code;
  /** Undefined only for a StatusError. */
  readonly reason: ErrorReason | undefined;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly cause: unknown;
}

/** Whether field names are told as the contract has them, or as JSON does: `page_size` or `pageSize`. */
export type Spelling = 'proto' | 'json';

interface ErrorDetail {
  readonly desc: DescMessage;
  readonly value: MessageInitShape<DescMessage>;
}

/**
 * Maps whatever a handler threw. A DomainError keeps its reason, message
 * and metadata; anything else becomes INTERNAL with nothing but the request id, because its text may hold SQL.
 */
export function rpcFailureFrom(error: unknown, requestId: string, spelling: Spelling = 'proto'): RpcFailure {
  if (error instanceof StatusError) {
    return { code: error.code, reason: undefined, message: error.message, details: [], cause: undefined };
  }
  const known = domainErrorFromConnect(error);
  if (known === undefined || known.reason === 'INTERNAL') {
    const metadata = { request_id: requestId };
    const internal = new DomainError('INTERNAL', `internal error, request id ${requestId}`, metadata, { cause: error });
    return failure(internal, spelling);
  }
  const failed = overloads.get(known) ?? failure(known, spelling);
  if (known.reason === 'OVERLOADED') overloads.set(known, failed);
  return failed;
}

/** Where there is no room the same few errors are thrown again and again; their bytes are half the cost of a refusal. */
const overloads = new WeakMap<DomainError, RpcFailure>();
const statusBytes = new WeakMap<RpcFailure, Uint8Array>();

function failure(error: DomainError, spelling: Spelling): RpcFailure {
  const { reason, metadata, violations, cause } = error;
  const spell = spelling === 'json' ? spelledAsJson(error.names) : unchanged;
  const message = clip(spell(error.message), messageCharsMax);
  const clipped = Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, clip(spell(value), metadataValueCharsMax)]),
  );
  const details: ErrorDetail[] = [detail(ErrorInfoSchema, { reason, domain: errorDomain, metadata: clipped })];
  const wrong = violations.filter(({ metadata: { field } }) => field !== undefined);
  if (wrong.length > 0) {
    const fieldViolations = wrong.slice(0, violationsMax).map((violation) => ({
      field: clip(spell(violation.metadata['field'] ?? ''), violationCharsMax),
      description: wrong.length === 1 ? message : clip(spell(violation.message), violationCharsMax),
      reason: violation.reason,
    }));
    details.push(detail(BadRequestSchema, { fieldViolations }));
  }
  if (retryable.has(reason)) {
    details.push(detail(RetryInfoSchema, { retryDelay: { seconds: BigInt(retryDelaySeconds) } }));
  }
  return { code: codeByReason[reason], reason, message, details, cause };
}

const unchanged = (text: string): string => text;

/** Spells these field names of the contract as JSON does, wherever they stand as words of their own. */
function spelledAsJson(names: readonly string[]): (text: string) => string {
  const snake = [...new Set(names)].filter((name) => name.includes('_')).map((name) => name.replace(/\W/g, '\\$&'));
  if (snake.length === 0) return unchanged;
  const words = new RegExp(`(?<![\\w.])(?:${snake.join('|')})(?!\\w)`, 'g');
  return (text) =>
    text.replace(words, (name) => name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase()));
}

function detail<D extends DescMessage>(desc: D, value: MessageInitShape<D>): ErrorDetail {
  return { desc, value: create(desc, value) };
}

/** Bounded, and without lone surrogates, which neither headers nor protobuf strings can carry. */
function clip(text: string, charsMax: number): string {
  return (text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`).toWellFormed();
}

/** What tells a program without our details when to try again: HTTP's header, and that of gRPC's retries. */
export function retryHeadersOf({ reason }: RpcFailure): Readonly<Record<string, string>> {
  return reason !== undefined && retryable.has(reason) ? retryHeaders : {};
}

const retryHeaders = {
  'retry-after': String(retryDelaySeconds),
  'grpc-retry-pushback-ms': String(retryDelaySeconds * 1_000),
};

/** The failure as Connect, gRPC-Web and gRPC over connect-node send it. */
export function connectErrorFrom(failed: RpcFailure): ConnectError {
  return new ConnectError(failed.message, failed.code, retryHeadersOf(failed), [...failed.details]);
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

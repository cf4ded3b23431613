import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { Logger } from 'pino';
import type { Caller } from './identity/caller.ts';

/** What a handler knows about its call besides the request. */
export interface RpcContext {
  /** Aborts when the caller goes away, the deadline passes or the server gives up draining; its reason is a DomainError. */
  readonly signal: AbortSignal;
  /** Aborts when the server takes no more calls: a stream without an end of its own should end then. */
  readonly draining: AbortSignal;
  /** When the caller stops waiting, in epoch milliseconds. Always set for unary calls, for streams if the caller set one. */
  readonly deadlineMs: number | undefined;
  /** 1 to 64 characters of [A-Za-z0-9._-]; the caller's own when it sent a sane one. */
  readonly requestId: string;
  /** Carries the request id and the RPC. */
  readonly log: Logger;
  /** Who calls, as its credential proved; `anonymous` where none is asked for. */
  readonly caller: Caller;
  /** `host:port` of the peer, or `in-process`. */
  readonly callerAddress: string;
  /**
   * To be asked before work of milliseconds that cannot be interrupted. Undefined: it may be done now. Otherwise
   * resolves when it is the caller's turn: then ask again.
   */
  turn(): Promise<void> | undefined;
  /** Does such work, and counts its time to the caller. */
  measured<T>(work: () => T): T;
}

/** The one implementation of an RPC, whatever the transport; errors for the caller are thrown as DomainError. */
export type RpcHandler<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: RpcContext) => Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: RpcContext) => AsyncIterable<MessageInitShape<O>>
      : M extends DescMethodBiDiStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, context: RpcContext) => AsyncIterable<MessageInitShape<O>>
        : never;

/** Makes the bytes of unary answers, by the method's localName; the same as protobuf's own encoder makes. */
export type AnswerEncoders<S extends DescService> = {
  readonly [K in keyof S['method']]?: S['method'][K] extends DescMethodUnary<infer _I, infer O>
    ? (answer: MessageShape<O>) => Buffer
    : never;
};

/** Handlers by the method's localName; a missing one answers UNIMPLEMENTED with reason NOT_IMPLEMENTED. */
export type ServiceHandlers<S extends DescService> = {
  readonly [K in keyof S['method']]?: RpcHandler<S['method'][K]>;
};

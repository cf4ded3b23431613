import { constants } from 'node:http2';
import type { Http2Session, Http2Stream, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { DescMethod } from '@bufbuild/protobuf';
import { DomainError, invalidField } from '@finance/domain';
import { Metadata, status } from '@grpc/grpc-js';
import type { Server, ServerInterceptingCall, ServerInterceptor, StatusObject } from '@grpc/grpc-js';
import { retryHeadersOf, rpcFailureFrom, statusBytesFrom } from './error-mapping.ts';
import type { RpcFailure } from './error-mapping.ts';
import { peerAddress } from './identity/authenticator.ts';
import type { Caller } from './identity/caller.ts';
import type { Admitted, Gate } from './identity/gate.ts';
import { isInfrastructure } from './infrastructure-rpcs.ts';
import { tooManyNow } from './limits/admission.ts';
import type { ConnectionEnds } from './limits/connection-ends.ts';
import type { ConnectionShedder } from './limits/connection-shedder.ts';
import { createBurstDeferral } from './limits/defer-bursts.ts';
import { requestBoundsOf, secondMessage } from './limits/request-bounds.ts';
import type { RequestBounds } from './limits/request-bounds.ts';
import type { StreamWatch } from './limits/stream-watch.ts';
import { isKnownEncoding, unfold } from './limits/unfold.ts';
import type { UnfinishedRequests } from './limits/unfinished-requests.ts';
import { messageTooLarge } from './message-too-large.ts';
import { requestIdFrom, requestIdHeader } from './request-id.ts';
import { timerMsMax } from './timer-ms-max.ts';
import type { ListenerOptions, ServingOptions } from './serving-options.ts';

type AuthContext = ReturnType<ServerInterceptingCall['getAuthContext']>;
type SentStatus = Parameters<ServerInterceptingCall['sendStatus']>[0];
type StreamHandler = (interceptors: unknown, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** What the gate tells a call's handler: grpc-js hands this object through. */
interface GateContext extends AuthContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly session: Http2Session | undefined;
  /** To be called when the request has come: the call takes its place. @throws DomainError OVERLOADED or CANCELLED */
  readonly enter: () => void;
  /** To be called when all of a stream was answered: the caller has so long to read the rest. */
  readonly answered: () => void;
}

/** What the gate knows about a call that it admitted. */
export function gateContextOf(context: AuthContext): GateContext {
  if ('caller' in context) return context as GateContext;
  throw new Error('a call came past the gate');
}

/**
 * Sets a gate before grpc-js, which knows no hook between a call's headers and its body, and mends its ways with
 * requests that it refuses itself: INTERNAL for what is the caller's fault, and streams that stay open for as long as
 * the caller does not end its request. Tests tell should the private method that is taken over here change.
 */
export class GrpcGate {
  readonly interceptor: ServerInterceptor;
  readonly #options: ServingOptions;
  readonly #gate: Gate;
  readonly #watch: StreamWatch<Http2Stream>;
  readonly #unfinished: UnfinishedRequests;
  readonly #shedder: ConnectionShedder;
  readonly #ends: ConnectionEnds;
  readonly #methods: ReadonlyMap<string, DescMethod>;
  /** The stream whose call grpc-js is just making. */
  #starting: Starting | undefined;

  constructor(
    options: ServingOptions,
    { gate, unfinished }: Pick<ListenerOptions, 'gate' | 'unfinished'>,
    { watch, shedder, ends }: { watch: StreamWatch<Http2Stream>; shedder: ConnectionShedder; ends: ConnectionEnds },
  ) {
    this.#options = options;
    this.#gate = gate;
    this.#watch = watch;
    this.#unfinished = unfinished;
    this.#shedder = shedder;
    this.#ends = ends;
    this.#methods = new Map(
      options.services.flatMap(({ desc, methods }) =>
        methods.map((method) => [`/${desc.typeName}/${method.desc.name}`, method.desc]),
      ),
    );
    this.interceptor = (_method, call) => {
      const starting = this.#starting;
      if (starting === undefined) throw new Error('a call came past the gate');
      const { stream, method, context } = starting;
      const send = call.sendStatus.bind(call);
      call.getAuthContext = () => context;
      boundDecompression(call, method, requestBoundsOf(method, options.maxMessageBytes));
      call.sendStatus = (sent) => {
        send(this.#inOurWords(sent));
        if (sent.code !== status.OK && !stream.readableEnded) endUnread(stream);
      };
      // Wrapping it, as the type asks for, would cost every message.
      return call as ServerInterceptingCall;
    };
  }

  /** Takes over the streams of a server that was made with the interceptor. */
  guard(server: Server): void {
    const serve: StreamHandler = server['_streamHandler'].bind(server);
    const defer = createBurstDeferral();
    const guarded: StreamHandler = (interceptors, stream, headers) => {
      const method = this.#methods.get(headers[':path'] ?? '');
      if (method === undefined) {
        serve(interceptors, stream, headers);
        endUnread(stream);
        return;
      }
      const requestId = requestIdFrom(headers[requestIdHeader]);
      const start = ({ caller, enter }: Admitted) => {
        this.#shedder.admitted();
        if (stream.destroyed || stream.closed) return;
        let forget = this.#unfinished.begin(stream, isInfrastructure(method));
        let release: () => void = nothing;
        stream.once('close', () => {
          forget();
          release();
          // The native half of a closed stream keeps it past minor collections, and listeners the whole call with it.
          setImmediate(forgetListeners, stream);
        });
        const enterOnce = () => {
          forget();
          // Nothing would give the place back any more.
          if (stream.destroyed || stream.closed) throw new DomainError('CANCELLED', 'the caller went away');
          release = enter();
          // An export lasts; a unary call must have been answered by the time that the watch gives.
          if (method.methodKind === 'unary') forget = this.#watch.begin(stream);
        };
        const answered = () => {
          if (!stream.destroyed && !stream.closed) forget = this.#watch.begin(stream);
        };
        const { session } = stream;
        this.#starting = { stream, method, context: { caller, requestId, session, enter: enterOnce, answered } };
        serve(interceptors, stream, headers);
        this.#starting = undefined;
      };
      try {
        const timeoutMs = checkedTimeoutMs(headers);
        const socket = stream.session?.socket;
        if (socket === undefined) return;
        const admitted = this.#gate(method, { headers, socket, requestId });
        if (admitted instanceof Promise) {
          stream.on('error', () => undefined);
          within(admitted, timeoutMs).then(start, (error: unknown) => this.#refuse(stream, headers, requestId, error));
        } else start(admitted);
      } catch (error) {
        this.#refuse(stream, headers, requestId, error);
      }
    };
    server['_streamHandler'] = (interceptors: unknown, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
      this.#ends.serve(stream, () => defer(stream, () => guarded(interceptors, stream, headers)));
  }

  #refuse(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, requestId: string, error: unknown): void {
    stream.on('error', () => undefined);
    if (error === tooManyNow && stream.session) this.#shedder.refused(stream.session);
    const { failure, answer } = refusalOf(error, requestId);
    this.#options.rpcMetrics?.refused(failure.reason ?? '');
    this.#logRefusal(stream, headers, failure, requestId);
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ...answer, [requestIdHeader]: requestId }, { endStream: true });
    endUnread(stream);
  }

  #logRefusal(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, failure: RpcFailure, requestId: string): void {
    const { reason, cause } = failure;
    const unlogged = reason === 'OVERLOADED' ? this.#options.overloadLog.note() : 0;
    if (unlogged === undefined) return;
    const callerAddress = peerAddress(stream.session?.socket ?? {});
    const rpc = headers[':path']?.slice(1);
    const level = reason === 'INTERNAL' ? 'error' : 'info';
    const line = { rpc, reason, requestId, transport: 'grpc', callerAddress, err: cause };
    this.#options.log[level](unlogged === 0 ? line : { ...line, unlogged }, 'call refused');
  }

  /** Ours carry metadata. */
  #inOurWords(sent: SentStatus): SentStatus {
    if (sent.metadata) return sent;
    switch (sent.code) {
      case status.RESOURCE_EXHAUSTED:
        return statusOf(messageTooLarge({ bytesMax: this.#options.maxMessageBytes, setBy: 'MAX_MESSAGE_BYTES' }));
      default:
        return sent;
    }
  }
}

/** A stream and what its call's interceptor has to know. */
interface Starting {
  readonly stream: ServerHttp2Stream;
  readonly method: DescMethod;
  readonly context: GateContext;
}

/** The private part of a call that turns the bytes of each message into those of protobuf. */
interface Decompressing {
  decompressMessage(framed: Buffer, encoding: string): Uint8Array | Promise<Uint8Array>;
}

/** Refuses messages out of bounds, and more than the one of a call that has one, which grpc-js would unfold all. */
function boundDecompression(call: object, method: DescMethod, bounds: RequestBounds): void {
  const grpcCall = call as Decompressing;
  let messages = 0;
  grpcCall.decompressMessage = (framed, encoding) => {
    messages += 1;
    const message = framed.subarray(frameHeadBytes);
    if (messages > 1 && method.methodKind !== 'bidi_streaming') {
      return rejected(statusOf(secondMessage()));
    }
    if (encoding === 'identity') {
      return message.length > bounds.bytesMax ? rejected(statusOf(messageTooLarge(bounds))) : message;
    }
    if (!bounds.mayBeCompressed || !isKnownEncoding(encoding)) {
      const details = `requests of this RPC cannot be compressed by "${encoding}"`;
      return rejected({ code: status.UNIMPLEMENTED, details });
    }
    return unfold(message, encoding, bounds).catch((error: DomainError) => rejected(statusOf(error)));
  };
}

const frameHeadBytes = 5;

/** What grpc-js catches is the status that it sends. */
function rejected(sent: SentStatus): Promise<never> {
  return Promise.reject(sent);
}

const forgetListeners = (stream: ServerHttp2Stream): void => void stream.removeAllListeners();
const nothing = () => undefined;

/** What a refusal comes down to. */
interface Refusal {
  readonly failure: RpcFailure;
  /** Headers of an answer that is nothing else. */
  readonly answer: Readonly<Record<string, string | number>>;
}

/** Admission throws the same few errors again and again; making their bytes anew would be half the cost of a refusal. */
const knownRefusals = new WeakMap<DomainError, Refusal>();

function refusalOf(error: unknown, requestId: string): Refusal {
  const shared = error instanceof DomainError && error.reason === 'OVERLOADED' ? error : undefined;
  const known = shared && knownRefusals.get(shared);
  if (known) return known;
  const failure = rpcFailureFrom(error, requestId);
  const answer = {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': Number(failure.code),
    'grpc-message': encodeURI(failure.message),
    'grpc-status-details-bin': Buffer.from(statusBytesFrom(failure)).toString('base64'),
    ...retryHeadersOf(failure),
  };
  const refusal = { failure, answer };
  if (shared) knownRefusals.set(shared, refusal);
  return refusal;
}

function statusOf(error: DomainError): StatusObject {
  const failure = rpcFailureFrom(error, '');
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(statusBytesFrom(failure)));
  return { code: Number(failure.code), details: failure.message, metadata };
}

/** Lets go of an answered stream whose request has not ended; one that is about to end by itself may. */
function endUnread(stream: ServerHttp2Stream): void {
  stream.resume();
  setImmediate(() => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  });
}

const timeoutHeader = 'grpc-timeout';
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000001 };

/** grpc-js answers INTERNAL to a header that it cannot read, and overflows at one over 24 days. */
function checkedTimeoutMs(headers: IncomingHttpHeaders): number {
  const text = headers[timeoutHeader];
  if (text === undefined) return Infinity;
  const [, digits, unit = ''] = typeof text === 'string' ? (/^(\d{1,8})([HMSmun])$/.exec(text) ?? []) : [];
  if (digits === undefined) throw invalidField(timeoutHeader, 'is not a time-out as gRPC spells it');
  const timeoutMs = Number(digits) * (unitMs[unit] ?? 1);
  if (timeoutMs < timerMsMax) return timeoutMs;
  headers[timeoutHeader] = `${Math.floor(timerMsMax / 1000)}S`;
  return timerMsMax;
}

/** Rejects when a credential takes longer to check than the caller waits. */
function within(admitted: Promise<Admitted>, timeoutMs: number): Promise<Admitted> {
  if (timeoutMs === Infinity) return admitted;
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed while its credential was checked"));
    const timer = setTimeout(late, timeoutMs);
    admitted.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

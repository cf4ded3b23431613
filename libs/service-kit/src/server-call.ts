import type { DescMethod } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import type { Span } from '@opentelemetry/api';
import { belongsTo, DomainError } from '@finance/domain';
import type { Logger } from 'pino';
import { codeName } from './error-codes.ts';
import { rpcFailureFrom } from './error-mapping.ts';
import type { RpcFailure, Spelling } from './error-mapping.ts';
import { isInfrastructure } from './infrastructure-rpcs.ts';
import { credentialInvalid } from './identity/authenticator.ts';
import { limitedAs, type Caller } from './identity/caller.ts';
import type { CallerTime } from './limits/caller-time.ts';
import type { OpenCall } from './limits/open-calls.ts';
import type { RefusalLog } from './limits/refusal-log.ts';
import type { RingLink } from './limits/ring.ts';
import type { RpcMetrics } from './metrics/rpc-metrics.ts';
import type { RpcContext } from './rpc-context.ts';
import type { ServingOptions } from './serving-options.ts';
import { timerMsMax } from './timer-ms-max.ts';
import type { Tracing } from './tracing.ts';

/** What a transport knows about a call that begins. */
export interface CallStart {
  readonly method: DescMethod;
  /** Its HTTP/2 session, or its HTTP/1.1 socket; undefined inside of the process. */
  readonly connection?: object | undefined;
  /** For the log: `grpc`, `connect`, `grpc-web` or `in-process`. */
  readonly transport: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly callerAddress: string;
  /** Epoch milliseconds; undefined when the caller set none. */
  readonly clientDeadlineMs: number | undefined;
  /** The caller's trace, as W3C's `traceparent` says. */
  readonly traceParent?: string | undefined;
}

/** Counted at once; less is counted once it is as much together, or at the end. */
const longMs = 0.5;

/** Timers may fire a little before the clock reaches their time. */
const timerSlackMs = 2;

/**
 * A call from its start to its one log line, alike on every transport: deadline, cancellation, error mapping, log.
 * The signal and the child logger are made when a handler first asks for them, which most empty calls never do.
 */
export class ServerCall implements RpcContext, OpenCall {
  readonly requestId: string;
  readonly deadlineMs: number | undefined;
  readonly caller: Caller;
  readonly callerAddress: string;
  readonly draining: AbortSignal;
  readonly #start: CallStart;
  readonly #baseLog: Logger;
  readonly #overloadLog: RefusalLog;
  readonly #metrics: RpcMetrics | undefined;
  readonly #tracing: Tracing | undefined;
  readonly #span: Span | undefined;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #log: Logger | undefined;
  #controller: AbortController | undefined;
  #abortReason: DomainError | undefined;
  #rejectRace: ((reason: DomainError) => void) | undefined;
  #ended = false;
  #forgetCredential: (() => void) | undefined;
  readonly #open: RingLink<OpenCall>;
  readonly #time: CallerTime | undefined;
  #usedMs = 0;
  #hasBegun = false;
  #leaveStream: (() => void) | undefined;

  constructor(start: CallStart, options: ServingOptions) {
    this.requestId = start.requestId;
    this.caller = start.caller;
    this.callerAddress = start.callerAddress;
    this.draining = options.draining;
    this.#start = start;
    this.#baseLog = options.log;
    this.#overloadLog = options.overloadLog;
    this.#metrics = options.rpcMetrics;
    this.#metrics?.begun();
    this.#open = options.openCalls.add(this);
    if (!isInfrastructure(start.method)) this.#time = options.threadTime?.of(limitedAs(start.caller));
    this.#tracing = options.tracing;
    this.#span = options.tracing?.begin(this.rpc, start.traceParent);
    const nowMs = Date.now();
    this.deadlineMs = start.clientDeadlineMs;
    // Streams last as long as their callers want: exports and watches have no natural bound.
    if (start.method.methodKind === 'unary') {
      this.deadlineMs = Math.min(start.clientDeadlineMs ?? Infinity, nowMs + options.requestTimeoutMs);
    } else {
      // A unary call is over before a right that was taken away could matter.
      this.#forgetCredential = start.caller.life?.onEnd(() => this.abort(credentialEnded()));
    }
    // A timer would let the work begin, and answer.
    if (this.deadlineMs !== undefined && this.deadlineMs <= nowMs) this.abort(deadlineExceeded());
    else if (this.deadlineMs !== undefined) {
      this.#timer = setTimeout(() => this.abort(deadlineExceeded()), Math.min(this.deadlineMs - nowMs, timerMsMax));
    }
  }

  get connection(): object | undefined {
    return this.#start.connection;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      belongsTo(this.#controller.signal, limitedAs(this.caller));
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get log(): Logger {
    this.#log ??= this.#baseLog.child({ rpc: this.rpc, requestId: this.requestId });
    return this.#log;
  }

  turn(): Promise<void> | undefined {
    const turn = this.#time?.turn(() => this.#abortReason, this.#hasBegun);
    this.#hasBegun = true;
    return turn;
  }

  measured<T>(work: () => T): T {
    const beganMs = performance.now();
    try {
      return work();
    } finally {
      this.used(performance.now() - beganMs);
    }
  }

  /** Counts time that this call has used of the thread. */
  used(ms: number): void {
    this.#usedMs += ms;
    if (this.#usedMs >= longMs || this.#ended) this.#time?.used(this.#takeUsed());
  }

  /** `package.Service/Method`. */
  get rpc(): string {
    return `${this.#start.method.parent.typeName}/${this.#start.method.name}`;
  }

  /** The caller went away, or its transport ended the call at the deadline. No effect on a call that has ended. */
  cancel(): void {
    // Told after every call; an error that nobody gets would cost as much as the rest of this.
    if (this.#ended || this.#abortReason !== undefined) return;
    const late = this.deadlineMs !== undefined && Date.now() >= this.deadlineMs - timerSlackMs;
    this.abort(late ? deadlineExceeded() : new DomainError('CANCELLED', 'the caller went away'));
  }

  /** Stops the call with this reason; the first one wins. */
  abort(reason: DomainError): void {
    if (this.#ended || this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#rejectRace?.(reason);
    this.#controller?.abort(reason);
    this.#leaveStream?.();
  }

  /** Settles as the handler's work does, or rejects at once when the call is aborted, even if the work goes on. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#rejectRace = reject;
      work.then(resolve, reject);
      if (this.#abortReason !== undefined) reject(this.#abortReason);
    });
  }

  /**
   * The items of a handler's stream, until it ends or the call is aborted; then the handler's iterator is closed at once,
   * also when nobody asks for the next item any more.
   */
  async *items<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = stream[Symbol.asyncIterator]();
    // Not awaited: a generator that still waits inside next() would hold the answer back.
    const leave = () =>
      void iterator.return?.().catch((error: unknown) => this.log.debug({ err: error }, 'stream cleanup failed'));
    this.#leaveStream = leave;
    try {
      for (;;) {
        const turn = this.turn();
        if (turn) await this.race(turn);
        const step = await this.race(this.traced(() => iterator.next()));
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      leave();
    }
  }

  /** Runs the handler's work as part of the call's trace. @throws DomainError why the call was aborted, if it was */
  traced<T>(work: () => T): T {
    if (this.#abortReason !== undefined) throw this.#abortReason;
    return this.#span === undefined ? work() : this.#tracing!.within(this.#span, work);
  }

  /** Ends the call well. @param strategy that the answer was made by, for metrics */
  succeed(strategy = ''): void {
    this.#end('OK', strategy, undefined);
  }

  /** Ends a call whose answer nobody reads any more; no effect on one that has ended. */
  leave(): void {
    this.cancel();
    if (!this.#ended) this.fail(this.#abortReason);
  }

  /** Ends the call with an error and returns what the caller may see of it. */
  fail(error: unknown, spelling?: Spelling): RpcFailure {
    // A transport may throw errors of its own into the stream of a caller who has left.
    const failure = rpcFailureFrom(this.#abortReason ?? error, this.requestId, spelling);
    this.#end(codeName(failure.code), '', failure);
    return failure;
  }

  #end(code: string, strategy: string, failure: RpcFailure | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#open.takeOut();
    this.#forgetCredential?.();
    this.#time?.callEnded(this.#takeUsed());
    const durationMs = performance.now() - this.#startedMs;
    this.#metrics?.ended(this.rpc, code, strategy, durationMs / 1000);
    if (this.#span !== undefined) this.#tracing!.end(this.#span, code, failure?.reason);
    this.#writeLog(code, durationMs, failure);
  }

  /** What was not counted yet. */
  #takeUsed(): number {
    const usedMs = this.#usedMs;
    this.#usedMs = 0;
    return usedMs;
  }

  #writeLog(code: string, tookMs: number, failure: RpcFailure | undefined): void {
    const level = logLevel(failure, this.#start.method);
    if (!this.#baseLog.isLevelEnabled(level)) return;
    const unlogged = failure?.reason === 'OVERLOADED' ? this.#overloadLog.note() : 0;
    if (unlogged === undefined) return;
    const { transport, caller, callerAddress } = this.#start;
    const durationMs = Math.round(tookMs * 1000) / 1000;
    const line = { rpc: this.rpc, code, reason: failure?.reason, durationMs, requestId: this.requestId, transport };
    const cause = level === 'error' || level === 'warn' ? failure?.cause : undefined;
    this.#baseLog[level](
      { ...line, caller: caller.subject, callerAddress, err: cause, ...(unlogged > 0 && { unlogged }) },
      'call',
    );
  }
}

function deadlineExceeded(): DomainError {
  return new DomainError('DEADLINE_EXCEEDED', "the call's deadline passed: allow more time or ask for less");
}

function credentialEnded(): DomainError {
  return credentialInvalid('the credential that began this stream counts no longer: begin again with a current one');
}

/** What an operator looks into, although nothing is wrong with the process. */
const shortages: ReadonlySet<string> = new Set(['DATABASE_UNAVAILABLE', 'DATABASE_READ_ONLY', 'OVERLOADED']);

/** Probes of the platform would drown the calls that matter. */
function logLevel(failure: RpcFailure | undefined, method: DescMethod): 'debug' | 'info' | 'warn' | 'error' {
  if (failure?.code === Code.Internal) return 'error';
  if (failure?.reason !== undefined && shortages.has(failure.reason)) return 'warn';
  return isInfrastructure(method) ? 'debug' : 'info';
}

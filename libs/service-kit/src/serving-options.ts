import type { Logger } from 'pino';
import type { DefinedService } from './define-service.ts';
import type { Followed } from './identity/followed-files.ts';
import type { Gate } from './identity/gate.ts';
import type { PageGate } from './identity/page-gate.ts';
import type { ServerTls } from './identity/server-tls.ts';
import type { OpenCalls } from './limits/open-calls.ts';
import type { UnfinishedRequests } from './limits/unfinished-requests.ts';
import type { RefusalLog } from './limits/refusal-log.ts';
import type { ThreadTime } from './limits/thread-time.ts';
import type { PortSharing } from './listen-on.ts';
import type { RpcMetrics } from './metrics/rpc-metrics.ts';
import type { Tracing } from './tracing.ts';

/** What every transport needs to serve calls. */
export interface ServingOptions {
  readonly services: readonly DefinedService[];
  readonly log: Logger;
  /** Of calls refused as OVERLOADED, before their handler or by it. */
  readonly overloadLog: RefusalLog;
  /** Deadline of a unary call whose caller sets none, and the most that a caller can get. */
  readonly requestTimeoutMs: number;
  /** Bounds each request message, after decompression too. */
  readonly maxMessageBytes: number;
  /** Aborts when the server takes no more calls; those that run may still end. */
  readonly draining: AbortSignal;
  readonly openCalls: OpenCalls;
  /** Undefined: calls are not counted. */
  readonly rpcMetrics?: RpcMetrics;
  /** Undefined: no caller waits for others. */
  readonly threadTime?: ThreadTime;
  /** Undefined where nobody collects traces. */
  readonly tracing?: Tracing | undefined;
}

/** What a listener needs besides. */
export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: the port is this listener's alone. */
  readonly sharing?: PortSharing | undefined;
  /** Every call passes it. */
  readonly gate: Gate;
  /** Of all listeners together. */
  readonly unfinished: UnfinishedRequests;
  /** Every page but those of health passes it. */
  readonly admitToPages: PageGate;
  /** Undefined: no TLS. */
  readonly tls: Followed<ServerTls> | undefined;
  readonly connectionsMax: number;
  /** Of an HTTP/2 connection; 0: no limit. */
  readonly connectionAgeMs: number;
  /** Aborts when callers are to go elsewhere, which is before the listener closes. */
  readonly leaving: AbortSignal;
}

/** Beyond a call's deadline: time to send its request and to read its answer over a slow line. */
export const unreadStreamMs = 15_000;

/** For what is closed after the calls have drained: a database hands back its connections well within. */
export const closeTimeoutMs = 4_000;

/** A page of 1,000 full funds is well below; an answer without bound would be a fault of ours. */
export const answerBytesMax = 16 * 1024 * 1024;

/** Headers of a request, together; four times what a trace, a token and a request id need. */
export const headerBytesMax = 16 * 1024;

/** A listener that serves. */
export interface Listener {
  readonly port: number;
  /** Stops accepting, lets running calls end and cuts off what is left after the grace; resolves when all is closed. */
  close(graceMs: number): Promise<void>;
}

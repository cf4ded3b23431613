/** How a process of callers loads a server. */
export interface Load {
  readonly seconds: number;
  readonly pace:
    | { readonly kind: 'closed'; readonly callers: number }
    /** Calls are sent when they are due, whatever became of those before, and timed from then. */
    | { readonly kind: 'open'; readonly callsPerSecond: number };
  /** A call that has no answer by then counts as failed. */
  readonly deadlineMs: number;
}

/** What a process of callers asks: each question in turn. */
export interface CallerTask {
  /** `http://host:port` of native gRPC. */
  readonly grpcUrl: string;
  readonly connections: number;
  readonly questions: readonly Question[];
}

/** A unary call. */
export interface Question {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** The request's bytes. */
  readonly message: Uint8Array;
  /** Of ListFunds; without one its status is all that is looked at. */
  readonly expected?: ExpectedPage | undefined;
}

/** What a page has to say. */
export interface ExpectedPage {
  readonly totalSize: bigint | undefined;
  readonly fundIds: readonly bigint[];
}

/** How each call of a load ended; the columns are of one length. */
export interface CallLog {
  /** When the call was due, in milliseconds of `Date.now()`. */
  readonly dueMs: Float64Array;
  readonly tookMs: Float64Array;
  /** Places in `outcomes`. */
  readonly outcome: Uint8Array;
  /** {@link answered}, {@link wrong}, {@link late}, {@link lost} or the name of the status. */
  readonly outcomes: readonly string[];
}

/** A right answer in time. */
export const answered = 'OK';
/** An answer that is not the expected one. */
export const wrong = 'WRONG';
/** No answer in time. */
export const late = 'late';
/** The connection was lost, or the server reset the call. */
export const lost = 'lost';
/** What a server says that has too much to do. */
export const refused = 'ResourceExhausted';

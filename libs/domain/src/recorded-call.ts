import type { ErrorReason } from './domain-error.ts';

/** Who asks what: known when a call begins. */
export interface CallFacts {
  /** The caller's subject; `anonymous` where callers need no credential, empty where theirs proved nobody. */
  readonly caller: string;
  /** `host:port` of the peer, or `in-process`. */
  readonly callerAddress: string;
  readonly requestId: string;
  /** `package.Service/Method`. */
  readonly rpc: string;
  /** For whom the call decides: the user whom it names, else the caller's own; null where a service asks for nobody. */
  readonly viewerUserId: bigint | null;
  /** SHA-256 of the request's binary encoding, hex; empty where the request was not read. */
  readonly argumentsHash: string;
}

/** What was decided: known when a call ends. */
export interface CallResult {
  /** `OK`, or the reason of the error. */
  readonly outcome: string;
  /** Rows of the answer, or how many of the checked were allowed; null where nothing was answered. */
  readonly resultCount: bigint | null;
  /** The total that the answer told; null for none. */
  readonly totalSize: bigint | null;
  /** The strategy that answered; empty for none. */
  readonly strategy: string;
  /** The point in the change order that the answer holds for; empty where the answer tells none. */
  readonly position: string;
}

/** A call on its way to the record. */
export interface OpenCall {
  /** Runs a step of the call; what it commits goes on record under this call, in the same transaction. */
  within<T>(step: () => T): T;
  /**
   * Puts on record that an answer of many messages begins, with what its first one tells of all. When it resolves, that
   * message may leave.
   */
  began(result: CallResult): Promise<void>;
  /** Puts the result on record unless a change of the call is there already. Resolves when the call may be answered. */
  end(result: CallResult): Promise<void>;
}

/** Keeps calls on record. */
export interface CallRecorder {
  begin(facts: CallFacts): OpenCall;
  /**
   * Puts a call on record that was turned away before its request was read; of many alike, how many there were. When
   * there is a promise, the caller is answered after it, or with what it rejects with.
   */
  refuse(facts: CallFacts, reason: ErrorReason): Promise<void> | undefined;
}

import { DomainError } from './domain-error.ts';

/** What a log may hold of an error. */
export interface LoggedError {
  readonly type: string;
  /** Ours has a reason, a library's or the system's a code. */
  readonly code?: string;
  /** Of errors that our own code has made. */
  readonly message?: string;
  /** Where it was made, innermost call first. */
  readonly stack?: string;
  readonly cause?: LoggedError | string;
}

/** Deeper causes tell nothing new; a circle of causes ends here, too. */
const causesMax = 4;
const plainWord = /^\w{1,64}$/;
const frame = /^\s+at .*(?::\d+:\d+|<anonymous>|native)\)?$/;
/** In a file, and in none of a package: neither the engine nor Node.js nor a library. */
const ownFrame = /(?:\(|^\s+at (?:async )?)(?:file:\/\/)?\/(?!.*\/node_modules\/).*:\d+:\d+\)?$/;

/**
 * An error as logs may hold it. Errors of libraries carry what they were about: claims of a token, a statement with
 * its values, an address with its password, parts of a text. Of those only type, code and place are told; the message,
 * too, where the error was made by code of ours, whose messages hold no secrets. Other members are never told.
 */
export function loggedError(error: unknown, causesLeft = causesMax): LoggedError | string {
  // Our own code gives a plain text as a cause, where that is all that may be told.
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = framesOf(error);
  // mysql2 and native code leave their own frames out: what has a code, and no reason of ours, is of a library.
  const mayBeOurs = error instanceof DomainError || !('code' in error);
  const isOurs = mayBeOurs && frames[0] !== undefined && ownFrame.test(frames[0]);
  const code = codeOf(error);
  return {
    type: plainWord.test(error.name) ? error.name : 'Error',
    ...(code !== undefined && { code }),
    ...(isOurs && { message: error.message }),
    ...(frames.length > 0 && { stack: frames.join('\n') }),
    ...(error.cause !== undefined && causesLeft > 1 && { cause: loggedError(error.cause, causesLeft - 1) }),
  };
}

/** The same in one line, without the place. */
export function inOwnWords(error: unknown): string {
  const logged = loggedError(error, 1);
  if (typeof logged === 'string') return logged;
  return logged.message ?? [logged.type, logged.code].filter(Boolean).join(' ');
}

function framesOf({ stack = '', message }: Error): string[] {
  // A message of several lines could look like frames.
  const at = stack.indexOf(message);
  const calls = at < 0 ? stack : stack.slice(at + message.length);
  return calls.split('\n').filter((line) => frame.test(line));
}

function codeOf(error: Error): string | undefined {
  if (error instanceof DomainError) return error.reason;
  const code = 'code' in error ? String(error.code) : '';
  return plainWord.test(code) ? code : undefined;
}

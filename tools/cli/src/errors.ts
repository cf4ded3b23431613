import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { CliError } from './cli-error.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** What was being asked when a call failed. */
export interface CallContext {
  /** The RPC's name. */
  readonly rpc: string;
  readonly url: string;
  /** The option that chose `url`. */
  readonly option: string;
  readonly timeoutMs: number;
}

const camelBoundary = /(?<=[a-z])(?=[A-Z])/g;

/** The failure of a call as one line: `REASON: message; what to do`, with the exit code that its gRPC code means. */
export function cliErrorFrom(error: unknown, call: CallContext): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof ConnectError)) throw error;
  // An aborted call rejects with the reason as cause.
  if (error.cause instanceof CliError) return error.cause;
  const reason = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === 'finance')?.reason;
  const [name, message, advice] =
    reason === undefined
      ? withoutReason(error, call)
      : [reason, error.rawMessage || 'the server says no more', adviceFor(reason, call)];
  const line = advice === undefined ? `${name}: ${message}` : `${name}: ${message}; ${advice}`;
  return new CliError(name === 'UNAVAILABLE' ? exitCodes.unreachable : exitCodeOf(error.code), line, { cause: error });
}

function exitCodeOf(code: Code): ExitCode {
  switch (code) {
    case Code.PermissionDenied:
    case Code.Unauthenticated:
      return exitCodes.denied;
    case Code.Unavailable:
    case Code.DeadlineExceeded:
      return exitCodes.unreachable;
    default:
      return exitCodes.refused;
  }
}

/** What the options of this program can do about a reason; the server's message tells the rest. */
function adviceFor(reason: string, { rpc, option, timeoutMs }: CallContext): string | undefined {
  switch (reason) {
    case 'NOT_IMPLEMENTED':
      return `name a server of a newer release with ${option}`;
    case 'STRATEGY_NOT_ALLOWED':
      return 'leave --strategy out, or add it to PAGINATION_STRATEGIES of the server';
    case 'ORG_VERSION_CONFLICT':
      return '`finance users get` shows the version';
    case 'VIEWER_NOT_FOUND':
    case 'USER_NOT_FOUND':
      return '`finance users list` shows who there is';
    case 'FUND_ACCESS_DENIED':
      return '`finance access viewers` shows who may see a fund';
    case 'PAGE_TOKEN_INVALID':
    case 'PAGE_TOKEN_MISMATCH':
      return 'start again without --page-token';
    case 'CREDENTIAL_INVALID':
      return 'give one with --token or FINANCE_TOKEN, or a client certificate with --cert and --key-file';
    case 'DEADLINE_EXCEEDED':
      // Exports have a limit of the server's only.
      return rpc === 'ExportFunds'
        ? undefined
        : `--timeout allows more than ${timeoutMs} ms, as far as REQUEST_TIMEOUT_MS of the server does`;
    case 'INTERNAL':
      return 'the log of the server tells more';
    default:
      return undefined;
  }
}

/** Name, message and advice for what did not come from a handler of ours: the transport, a proxy, another server. */
function withoutReason(error: ConnectError, call: CallContext): [string, string, string?] {
  const fault = connectionFault(error);
  if (fault !== undefined) {
    return [
      'UNAVAILABLE',
      `no gRPC server answers at ${call.url} (${fault})`,
      `start one with \`npm start\` or correct ${call.option}`,
    ];
  }
  const name =
    error.code === Code.Canceled ? 'CANCELLED' : Code[error.code].replaceAll(camelBoundary, '_').toUpperCase();
  switch (error.code) {
    case Code.DeadlineExceeded:
      return [name, `${call.url} did not answer within ${call.timeoutMs} ms`, 'allow more with --timeout'];
    case Code.Unimplemented:
      return [name, `${call.url} does not serve ${call.rpc}`, `name a server that does with ${call.option}`];
    default:
      return [name, error.rawMessage, `asked was ${call.rpc} at ${call.url}`];
  }
}

/** What is wrong with the connection, when it is that; Node.js gives such causes a code. */
function connectionFault(error: ConnectError): string | undefined {
  const { cause } = error;
  if (cause instanceof Error && !(cause instanceof ConnectError) && 'code' in cause) return String(cause.code);
  return error.code === Code.Unavailable ? error.rawMessage : undefined;
}

/** A service cannot start for a reason its operator can mend; the message is one line that says how. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** Explains why an address cannot be listened on. `setting` is the name of the port's setting. */
export function listenProblem(error: Error, host: string, port: number, setting: string): Error {
  // grpc-js puts the system's code only into the text.
  const code = /\b(EADDRINUSE|EACCES|EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|ENOTSUP)\b|Name resolution failed/.exec(
    error.message,
  )?.[0];
  switch (code) {
    case undefined:
      return error;
    case 'EADDRINUSE':
      return startupError(`port ${port} is taken: stop the other program or set ${setting}`, error);
    case 'EACCES':
      return startupError(`port ${port} needs rights this program lacks: set ${setting} to one above 1023`, error);
    case 'ENOTSUP':
      return startupError('this system does not let threads share a port: set SERVING_THREADS to 1', error);
    default:
      return startupError(`${host} is not an address of this machine: set HOST`, error);
  }
}

function startupError(message: string, cause: Error): StartupError {
  return new StartupError(message, { cause });
}

/** How `finance` ends; a contract with scripts. */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** {@link exitCodes} as every `--help` shows them. */
export const exitCodesHelp = `
Exit codes:
  0  ok
  1  the server refused the request or its input, or failed; the reason is on stderr
  2  wrong usage: an unknown command or option, or a value that cannot be read
  3  the server, or the database behind it, cannot be reached or did not answer in time
  4  permission denied`;

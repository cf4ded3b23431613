import { Option, type Command } from 'commander';

/** The form of the result; a table when neither is set. */
export interface FormatFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Adds the options that choose the form. */
export function withFormat(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print one JSON document, as the API has it').conflicts('csv'))
    .addOption(new Option('--csv', 'print CSV (RFC 4180) with a header line').conflicts('json'));
}

import type { Command } from 'commander';
import { exitCodesHelp } from '../exit-codes.ts';
import { withFormat, type FormatFlags } from './format-options.ts';
import { withServer, type ServerFlags } from './server-options.ts';
import { id } from './values.ts';

/** What every command can be told. */
export interface CommonFlags extends ServerFlags, FormatFlags {}

/** Adds what every command has: its form, its servers, examples and exit codes. Call it last. */
export function withCommon(command: Command, examples: readonly string[]): Command {
  return withExamples(withServer(withFormat(command)), examples);
}

/** Adds examples and exit codes to the help of a command or of a group. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  npx finance ${example}\n`).join('');
  return command.addHelpText('after', `\nExamples:\n${lines}${exitCodesHelp}`);
}

/** Adds the mandatory `--viewer`. */
export function withViewer(command: Command): Command {
  return command.requiredOption('--viewer <user-id>', 'who looks', id);
}

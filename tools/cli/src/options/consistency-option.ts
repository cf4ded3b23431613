import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConsistencySchema } from '@finance/contract/consistency';
import type { Command } from 'commander';

/** How fresh an answer must be, as the request holds it. */
export type ConsistencyInit = MessageInitShape<typeof ConsistencySchema>;

/** The parsed option of {@link withConsistency}. */
export interface ConsistencyFlags {
  readonly consistency?: ConsistencyInit;
}

function consistency(text: string): ConsistencyInit {
  if (text === 'full') return { requirement: { case: 'fullyConsistent', value: true } };
  if (text === 'fast') return { requirement: { case: 'minimizeLatency', value: true } };
  return { requirement: { case: 'atLeastAsFresh', value: text } };
}

/** Adds `--consistency`. */
export function withConsistency(command: Command): Command {
  return command.option(
    '--consistency <how>',
    'full (default), fast, or a consistencyToken: at least as fresh as that answer',
    consistency,
  );
}

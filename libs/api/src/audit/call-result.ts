import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { CallResult } from '@finance/domain';
import { enumWord } from '@finance/service-kit';
import type { ConsistencyTokens } from '../consistency.ts';

type Answer = MessageInitShape<DescMessage>;

/** What the first message of an answer tells about all of it. */
export type AnswerStart = Omit<CallResult, 'outcome' | 'resultCount'>;

/** Read by field name, alike in all answers: total_size, strategy_used, consistency_token, or position of an event. */
export function startOfAnswer(
  desc: DescMessage,
  answer: Answer | undefined,
  consistency: Pick<ConsistencyTokens, 'positionOf'>,
): AnswerStart {
  const total = valueOf(answer, 'totalSize');
  const token = valueOf(answer, 'consistencyToken') ?? valueOf(answer, 'position');
  return {
    totalSize: typeof total === 'bigint' ? total : null,
    strategy: enumWord(desc.field['strategyUsed'], valueOf(answer, 'strategyUsed')),
    position: typeof token === 'string' && token !== '' ? (consistency.positionOf(token) ?? '') : '',
  };
}

/**
 * The result of a call that was answered. The count is, by the answer's first field: the rows of a list, how many of a
 * list of booleans are true, 1 or 0 for a boolean, and 1 for anything else; nothing for a heartbeat, which is one of
 * several kinds of events and none of them.
 */
export function answerResult(desc: DescMessage, start: AnswerStart, answers: readonly Answer[]): CallResult {
  const field = desc.fields[0];
  const events = desc.oneofs.map(({ localName }) => localName);
  const isHeartbeat = (answer: Answer): boolean =>
    events.some((name) => (valueOf(answer, name) as { readonly case?: string } | undefined)?.case === undefined);
  const count = answers.reduce(
    (sum, answer) => sum + (isHeartbeat(answer) ? 0 : countOf(field && valueOf(answer, field.localName))),
    0,
  );
  return { outcome: 'OK', resultCount: BigInt(count), ...start };
}

/** The result of a call that was refused or failed. */
export const refusal = (outcome: string): CallResult => ({
  outcome,
  resultCount: null,
  totalSize: null,
  strategy: '',
  position: '',
});

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.filter((item) => item !== false).length;
  return value === false ? 0 : 1;
}

const valueOf = (answer: Answer | undefined, name: string): unknown =>
  (answer as Readonly<Record<string, unknown>> | undefined)?.[name];

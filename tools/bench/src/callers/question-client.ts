import { Code } from '@connectrpc/connect';
import { decodePage } from '../questions/raw-messages.ts';
import { answered, lost, wrong, type CallerTask, type ExpectedPage, type Question } from './load.ts';
import { createRawChannel } from './raw-channel.ts';
import type { RawEnd } from './raw-connection.ts';

/** Length-prefixed, as gRPC has it. */
const prefixBytes = 5;
/** One answer in so many is looked at as a whole; of the others the status. */
const checkedOneIn = 20;

/** Asks questions. */
export interface QuestionClient {
  /** Tells how it ended, once. @returns what takes the call back */
  ask(question: number, deadlineMs: number, done: (outcome: string) => void): () => void;
  close(): void;
}

/** Over connections in turn. */
export function createQuestionClient({ grpcUrl, connections, questions }: CallerTask): QuestionClient {
  const { hostname, port } = new URL(grpcUrl);
  const channels = Array.from({ length: connections }, () => createRawChannel(hostname, Number(port)));
  const messages = questions.map(prefixed);
  let asked = 0;

  const outcomeOf = ({ status, answer }: RawEnd, call: number, { expected }: Question): string => {
    if (status === undefined) return lost;
    if (status !== 0) return Code[status] ?? String(status);
    if (!expected || call % checkedOneIn > 0) return answered;
    return answer && isAsExpected(answer, expected) ? answered : wrong;
  };

  return {
    ask: (place, deadlineMs, done) => {
      const call = asked++;
      const question = questions[place]!;
      return channels[call % connections]!.call(question.path, messages[place]!, deadlineMs, (end) =>
        done(outcomeOf(end, call, question)),
      );
    },
    close: () => channels.forEach((channel) => channel.close()),
  };
}

function prefixed({ message }: Question): Buffer {
  const request = Buffer.alloc(prefixBytes + message.length);
  request.writeUInt32BE(message.length, 1);
  request.set(message, prefixBytes);
  return request;
}

function isAsExpected(answer: Buffer, { totalSize, fundIds }: ExpectedPage): boolean {
  const page = decodePage(answer.subarray(prefixBytes));
  return page.totalSize === totalSize && page.funds.map(({ fundId }) => fundId).join() === fundIds.join();
}

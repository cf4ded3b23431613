import { Code } from '@connectrpc/connect';
import { decodePage } from '../questions/raw-messages.ts';
import { answered, lost, wrong, type CallerTask, type ExpectedPage, type Question } from './load.ts';
import { openRawConnection, type RawConnection, type RawEnd } from './raw-connection.ts';

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

/** Opens the connections when they are needed, and again after a loss. */
export function createQuestionClient({ grpcUrl, connections, questions }: CallerTask): QuestionClient {
  const { hostname, port } = new URL(grpcUrl);
  const open: RawConnection[] = [];
  const messages = questions.map(prefixed);
  let asked = 0;

  const connectionOf = (index: number): RawConnection => {
    const connection = open[index];
    return connection?.isOpen ? connection : (open[index] = openRawConnection(hostname, Number(port)));
  };
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
      const connection = connectionOf(call % connections);
      const id = connection.call(question.path, messages[place]!, deadlineMs, (end) =>
        done(outcomeOf(end, call, question)),
      );
      return () => connection.giveUp(id);
    },
    close: () => open.forEach((connection) => connection.close()),
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

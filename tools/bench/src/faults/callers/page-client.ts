import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { FundsService, ListFundsRequestSchema, ListFundsResponseSchema } from '@finance/contract/funds-service';
import { answered, lost, wrong, type CallerTask, type ExpectedPage } from './load.ts';
import { openRawConnection, type RawConnection, type RawEnd } from './raw-connection.ts';

/** Length-prefixed, as gRPC has it. */
const prefixBytes = 5;
/** One answer in so many is looked at as a whole; of the others the status. */
const checkedOneIn = 20;
const path = `/${FundsService.typeName}/ListFunds`;

/** Asks for pages. */
export interface PageClient {
  /** Tells how it ended, once. @returns what takes the call back */
  ask(viewerIndex: number, deadlineMs: number, done: (outcome: string) => void): () => void;
  close(): void;
}

/** Opens the connections when they are needed, and again after a loss. */
export function createPageClient({ grpcUrl, connections, viewers }: CallerTask): PageClient {
  const { hostname, port } = new URL(grpcUrl);
  const open: RawConnection[] = [];
  const requests = viewers.map(requestOf);
  let asked = 0;

  const connectionOf = (index: number): RawConnection => {
    const connection = open[index];
    return connection?.isOpen ? connection : (open[index] = openRawConnection(hostname, Number(port)));
  };
  const outcomeOf = ({ status, answer }: RawEnd, call: number, viewer: ExpectedPage): string => {
    if (status === undefined) return lost;
    if (status !== 0) return Code[status] ?? String(status);
    return call % checkedOneIn > 0 || (answer && isAsExpected(answer, viewer)) ? answered : wrong;
  };

  return {
    ask: (viewerIndex, deadlineMs, done) => {
      const call = asked++;
      const connection = connectionOf(call % connections);
      const id = connection.call(path, requests[viewerIndex]!, deadlineMs, (end) =>
        done(outcomeOf(end, call, viewers[viewerIndex]!)),
      );
      return () => connection.giveUp(id);
    },
    close: () => open.forEach((connection) => connection.close()),
  };
}

function requestOf({ viewerUserId }: ExpectedPage): Buffer {
  const bytes = toBinary(
    ListFundsRequestSchema,
    create(ListFundsRequestSchema, { viewerUserId, orderBy: 'amount desc' }),
  );
  const request = Buffer.alloc(prefixBytes + bytes.length);
  request.writeUInt32BE(bytes.length, 1);
  request.set(bytes, prefixBytes);
  return request;
}

function isAsExpected(answer: Buffer, { totalSize, fundIds }: ExpectedPage): boolean {
  const page = fromBinary(ListFundsResponseSchema, answer.subarray(prefixBytes));
  return page.totalSize === totalSize && page.funds.map(({ fundId }) => fundId).join() === fundIds.join();
}

import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService, PaginationStrategy } from '@finance/contract/funds-service';
import { TotalMode } from '@finance/contract/total-mode';
import type { StrategyName } from '@finance/strategy-contract';
import { orderText } from '../questions/fund-orders.ts';
import { pageSize, type Question } from '../questions/make-questions.ts';
import type { CallError } from './tally.ts';

/** Asks a question; undefined when the answer is right. Never rejects. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<CallError | undefined>;

/** Calls on one HTTP/2 connection; more connections, as many clients would have. */
const callersPerConnection = 25;

/** Asks a server over gRPC, by one strategy, and compares every answer with the expected one. */
export function createAsker(grpcUrl: string, strategy: StrategyName, callers: number, timeoutMs: number): Ask {
  const clients = Array.from({ length: Math.ceil(callers / callersPerConnection) }, () =>
    createClient(FundsService, createGrpcTransport({ baseUrl: grpcUrl })),
  );
  let next = 0;
  return async (question, signal) => {
    const client = clients[next++ % clients.length]!;
    const { expected, order, skip, viewerUserId, withTotal } = question;
    const totalMode = withTotal ? TotalMode.EXACT : TotalMode.NONE;
    try {
      const page = await client.listFunds(
        { viewerUserId, pageSize, skip, orderBy: orderText(order), strategy: protoOf(strategy), totalMode },
        { signal, timeoutMs },
      );
      const isRight =
        (!withTotal || page.totalSize === BigInt(expected.totalSize!)) &&
        page.funds.length === expected.funds.length &&
        page.funds.every(({ fundId }, i) => fundId === expected.funds[i]!.fundId) &&
        (page.nextPageToken !== '') === expected.hasMore;
      const asked = `viewer ${viewerUserId}, ${orderText(order)}, skip ${skip}`;
      return isRight ? undefined : { kind: 'wrong answer', message: asked };
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      return { kind: Code[code] ?? String(code), message: rawMessage };
    }
  };
}

function protoOf(name: StrategyName): PaginationStrategy {
  return PaginationStrategy[name.toUpperCase().replaceAll('-', '_') as keyof typeof PaginationStrategy];
}

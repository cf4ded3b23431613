import { PaginationStrategy } from '@finance/contract/funds-service';
import { TotalMode } from '@finance/contract/total-mode';
import type { Database } from '@finance/schema';
import type { StoredTarget } from '@finance/seeder';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FundFilterSchema } from '@finance/contract/fund';
import { BenchError } from '../cli/bench-error.ts';
import type { BenchRun } from '../cli/bench-run.ts';
import type { SizedViewer } from '../questions/pick-viewers.ts';
import { decodePage, encodePage, type EncodedRequest } from '../questions/raw-messages.ts';
import type { RawClient } from './raw-client.ts';
import type { Recorder } from './recorder.ts';

/** A page's request without what every request here has. */
export interface PageQuestion {
  readonly viewerUserId: bigint;
  readonly pageSize: number;
  readonly orderBy: string;
  readonly totalMode: TotalMode;
  readonly skip?: number;
  readonly pageToken?: string;
  readonly filter?: FundQuestionFilter;
}

/** A filter as a request's message takes it. */
export type FundQuestionFilter = MessageInitShape<typeof FundFilterSchema>;

/** What is measured, and how the measures reach it. */
export interface Subject {
  readonly run: BenchRun<'live-index'>;
  readonly recorder: Recorder;
  readonly target: StoredTarget;
  readonly database: Database;
  readonly grpcUrl: string;
  readonly client: RawClient;
  readonly viewers: readonly SizedViewer[];
  /** The supervisor nearest to 2,801 people. */
  readonly supervisor: SizedViewer;
  readonly funds: number;
}

/**
 * The request, after its answer by the live index has been compared with that of adaptive-sql.
 * @throws BenchError when they differ, or when something else than the index answered
 */
export async function checkedRequest(client: RawClient, question: PageQuestion): Promise<EncodedRequest> {
  const request = encodePage(question);
  const [byIndex, bySql] = await Promise.all([
    client.listFunds(request),
    client.listFunds(encodePage({ ...question, strategy: PaginationStrategy.ADAPTIVE_SQL })),
  ]).then((answers) => answers.map(decodePage));
  if (byIndex!.strategyUsed !== PaginationStrategy.LIVE_INDEX) throw new BenchError('the live index did not answer');
  const facts = ({ funds, totalSize, nextPageToken }: typeof byIndex & object) =>
    JSON.stringify([funds.map(({ fundId }) => String(fundId)), String(totalSize), nextPageToken !== '']);
  if (facts(byIndex!) !== facts(bySql!)) {
    throw new BenchError(
      `wrong answer for viewer ${question.viewerUserId}, ${question.orderBy}, skip ${question.skip}`,
    );
  }
  return request;
}

/** The first page by falling amount with the exact total. */
export const firstPage = (viewerUserId: bigint): PageQuestion => ({
  viewerUserId,
  pageSize: 20,
  orderBy: 'amount desc',
  totalMode: TotalMode.EXACT,
});

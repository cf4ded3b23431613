import type { MessageInitShape } from '@bufbuild/protobuf';
import { requestReader, requireId } from '@finance/api';
import type { ExportFundsRequest, ExportFundsResponseSchema } from '@finance/contract/funds-service';
import { fundSortColumns } from '@finance/domain';
import { parseOrderBy } from '@finance/paging';
import { streamOf } from '@finance/service-kit';
import { createExportLimits } from '../export-limits.ts';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { fundMessage } from '../responses/fund-message.ts';

/** Some 50 KB, so that a slow caller holds up a batch or two; what the contract promises at most. */
const batchSize = 500;

type Batch = MessageInitShape<typeof ExportFundsResponseSchema>;

export const exportFunds: FundsRpc<'exportFunds'> = ({ database, reader, consistency }) => {
  const limits = createExportLimits(database.dialect.name);
  const read = requestReader<ExportFundsRequest>()({
    viewerUserId: (request) => requireId(request.viewerUserId, 'viewer_user_id'),
    order: (request) => parseOrderBy(request.orderBy, fundSortColumns),
    filter: (request) => parseFundFilter(request.filter),
    freshness: (request) => consistency.parse(request.consistency),
  });
  return (request, context) =>
    streamOf<Batch>(async (emit) => {
      const { viewerUserId, order, filter, freshness } = read(request);
      let isEmpty = true;
      const ask = { viewerUserId, freshness, mayRepeat: () => isEmpty };
      await limits.run(context, (bounded) =>
        reader.read(ask, bounded, async (reads) => {
          const release = reads.holdsConnection ? limits.holdConnection(bounded) : undefined;
          try {
            const consistencyToken = consistency.seal(reads.position);
            for await (const funds of reads.exported({ filter, order, batchSize })) {
              isEmpty = false;
              const messages = bounded.measured(() => funds.map((fund) => fundMessage(fund)));
              await emit({ funds: messages, consistencyToken }, bounded.signal);
            }
            if (isEmpty) await emit({ funds: [], consistencyToken }, bounded.signal);
          } finally {
            release?.();
          }
        }),
      );
    });
};

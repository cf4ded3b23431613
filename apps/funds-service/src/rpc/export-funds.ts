import type { MessageInitShape } from '@bufbuild/protobuf';
import { requireId } from '@finance/api';
import type { ExportFundsResponseSchema } from '@finance/contract/funds-service';
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
  return (request, context) =>
    streamOf<Batch>(async (emit) => {
      const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
      const order = parseOrderBy(request.orderBy, fundSortColumns);
      const filter = parseFundFilter(request.filter);
      let isEmpty = true;
      const ask = { viewerUserId, consistency: request.consistency, mayRepeat: () => isEmpty };
      await limits.run(context, (bounded) =>
        reader.read(ask, bounded, async (reads) => {
          const consistencyToken = consistency.seal(reads.position);
          for await (const funds of reads.exported({ filter, order, batchSize })) {
            isEmpty = false;
            await emit({ funds: funds.map((fund) => fundMessage(fund)), consistencyToken }, bounded.signal);
          }
          if (isEmpty) await emit({ funds: [], consistencyToken }, bounded.signal);
        }),
      );
    });
};

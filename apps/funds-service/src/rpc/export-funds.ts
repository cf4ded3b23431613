import type { MessageInitShape } from '@bufbuild/protobuf';
import { requireId } from '@finance/api';
import type { ExportFundsResponseSchema } from '@finance/contract/funds-service';
import { fundSortColumns } from '@finance/domain';
import { parseOrderBy } from '@finance/paging';
import { exportFunds as exportAll } from '@finance/store';
import { createExportLimits } from '../export-limits.ts';
import type { FundsRpc } from '../funds-deps.ts';
import { parseFundFilter } from '../requests/fund-filter.ts';
import { fundMessage } from '../responses/fund-message.ts';
import { streamOf } from '../stream-of.ts';

/** Some 50 KB, so that a slow caller holds up a batch or two; what the contract promises at most. */
const batchSize = 500;

type Batch = MessageInitShape<typeof ExportFundsResponseSchema>;

export const exportFunds: FundsRpc<'exportFunds'> = ({ database, viewers, consistency }) => {
  const limits = createExportLimits(database.dialect.name);
  return (request, context) =>
    streamOf<Batch>(async (emit) => {
      const viewerUserId = requireId(request.viewerUserId, 'viewer_user_id');
      const order = parseOrderBy(request.orderBy, fundSortColumns);
      const filter = parseFundFilter(request.filter);
      await limits.run(context, async (bounded) => {
        await consistency.require(request.consistency, bounded.signal);
        await viewers.read(viewerUserId, bounded, async (session, scope) => {
          const consistencyToken = consistency.seal(session.position);
          let isEmpty = true;
          for await (const funds of exportAll(session, { scope, filter, order, batchSize })) {
            isEmpty = false;
            await emit({ funds: funds.map((fund) => fundMessage(fund)), consistencyToken }, bounded.signal);
          }
          if (isEmpty) await emit({ funds: [], consistencyToken }, bounded.signal);
        });
      });
    });
};

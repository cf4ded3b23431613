import { ListCustomerOrdersResponseSchema } from '@finance/contract/funds-service';
import type { Command } from 'commander';
import { withFunds } from '../client.ts';
import { withCommon, withViewer, type CommonFlags } from '../options/command-options.ts';
import { withConsistency, type ConsistencyFlags } from '../options/consistency-option.ts';
import { withPaging, type PagingFlags } from '../options/paging-options.ts';
import { id } from '../options/values.ts';
import { jsonOf } from '../output/json.ts';
import type { Output } from '../output/output.ts';
import { showPages } from '../paging/show-pages.ts';
import { customerListing } from '../rows/customer-rows.ts';

interface Flags extends CommonFlags, PagingFlags, ConsistencyFlags {
  readonly viewer: bigint;
  readonly customer?: bigint;
  readonly department?: string;
}

/** `finance customers orders`: ListCustomerOrders. */
export function addCustomersOrders(group: Command, output: Output): void {
  const command = withPaging(
    withViewer(
      group.command('orders').description('customers with those of their orders, at most 1,000, that a viewer may see'),
    ),
  )
    .option('--customer <customer-id>', 'only this one', id)
    .option('--department <name>', 'only customers whose admin is in exactly this department');
  withCommon(withConsistency(command), [
    'customers orders --viewer 2',
    'customers orders --viewer 2 --department Sales --page 2',
    'customers orders --viewer 2 --all --csv > orders.csv   (one order a line)',
  ]).action(async (flags: Flags) => {
    const { viewer, customer = 0n, department = '', consistency } = flags;
    await withFunds(flags, (client) =>
      showPages(output, flags, customerListing, {
        canSkip: false,
        unevenPages: true,
        fetch: async ({ pageSize, pageToken }) => {
          const answer = await client.listCustomerOrders({
            viewerUserId: viewer,
            customerId: customer,
            department,
            pageSize,
            pageToken,
            ...(consistency !== undefined && { consistency }),
          });
          return {
            rows: answer.customers,
            nextPageToken: answer.nextPageToken,
            totalSize: answer.totalSize,
            rest: jsonOf(ListCustomerOrdersResponseSchema, { ...answer, customers: [] }),
          };
        },
      }),
    );
  });
}

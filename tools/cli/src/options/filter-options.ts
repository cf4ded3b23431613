import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { FundStatusSchema, type FundFilterSchema, type FundStatus } from '@finance/contract/fund';
import type { Command } from 'commander';
import { wordsOf } from '../output/words.ts';
import { instant } from './instant.ts';
import { amountCents, id, words } from './values.ts';

/** Which funds. */
export interface FilterFlags {
  readonly amountMin?: bigint;
  readonly amountMax?: bigint;
  readonly createdFrom?: Timestamp;
  readonly createdTo?: Timestamp;
  readonly status?: readonly FundStatus[];
  readonly department?: string;
  readonly handler?: bigint;
  readonly order?: bigint;
  readonly customer?: bigint;
}

/** Adds an option for each field of FundFilter. */
export function withFilter(command: Command): Command {
  return command
    .option('--amount-min <decimal>', 'lowest amount, included, such as 1000.50', amountCents)
    .option('--amount-max <decimal>', 'highest amount, included', amountCents)
    .option('--created-from <time>', 'earliest creation, included: ISO 8601, UTC unless it has a zone', instant)
    .option('--created-to <time>', 'latest creation, excluded', instant)
    .option('--status <list>', `any of ${wordsOf(FundStatusSchema).join(', ')}`, words(FundStatusSchema))
    .option('--department <name>', "exactly the handler's department")
    .option('--handler <user-id>', 'who handles it', id)
    .option('--order <order-id>', 'the order it belongs to', id)
    .option('--customer <customer-id>', 'the customer it belongs to', id);
}

/** The filter of a request; unset options do not narrow. */
export function filterOf(flags: FilterFlags): MessageInitShape<typeof FundFilterSchema> {
  const { amountMin, amountMax, createdFrom, createdTo, status, department, handler, order, customer } = flags;
  return {
    ...(amountMin !== undefined && { amountCentsMin: amountMin }),
    ...(amountMax !== undefined && { amountCentsMax: amountMax }),
    ...(createdFrom !== undefined && { createdFrom }),
    ...(createdTo !== undefined && { createdTo }),
    ...(status !== undefined && { statuses: [...status] }),
    ...(department !== undefined && { handlerDepartment: department }),
    ...(handler !== undefined && { handlerUserId: handler }),
    ...(order !== undefined && { orderId: order }),
    ...(customer !== undefined && { customerId: customer }),
  };
}

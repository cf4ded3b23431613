import { ConnectError, Code } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@finance/contract/rpc-error-details';
import { faultCompany } from './private-mysql.ts';
import type { ServicePair } from './service-pair.ts';

/** A call whose outcome is the same as long as nothing is broken. */
export interface RpcCase {
  readonly name: string;
  /** The parts of the answer that never change. */
  ask(pair: ServicePair, options: { readonly timeoutMs: number }): Promise<unknown>;
}

/** How a call ended: its answer as text, or the reason it failed with. */
export type RpcOutcome = { readonly answer: string } | { readonly reason: string };

const viewerUserId = 2n;
const handler = faultCompany.users.find(({ role }) => role === 'staff')!;
const [fund] = faultCompany.funds;
const [order] = faultCompany.orders;
const [customer] = faultCompany.customers;
const admin = faultCompany.users.find(({ role }) => role === 'admin')?.userId ?? 1n;
const { fundId } = fund!;
const ids = (items: readonly { readonly fundId: bigint }[]): string => items.map((item) => item.fundId).join();

/**
 * Every RPC of both services, those that decide in several ways. Writes change nothing: they set what is there, or are
 * refused by the data.
 */
export const rpcCases: readonly RpcCase[] = [
  {
    name: 'ListFunds',
    ask: async ({ funds }, options) => {
      const page = await funds.listFunds({ viewerUserId, orderBy: 'amount desc' }, options);
      return [page.totalSize, ids(page.funds)];
    },
  },
  {
    name: 'ListFunds of staff',
    ask: async ({ funds }, options) => (await funds.listFunds({ viewerUserId: handler.userId }, options)).totalSize,
  },
  { name: 'ListFunds of nobody', ask: ({ funds }, options) => funds.listFunds({ viewerUserId: 424_242n }, options) },
  {
    name: 'GetFund by admin',
    ask: async ({ funds }, options) => (await funds.getFund({ viewerUserId: admin, fundId }, options)).fund?.fundId,
  },
  {
    name: 'GetFund by staff',
    ask: async ({ funds }, options) =>
      (await funds.getFund({ viewerUserId: handler.userId, fundId }, options)).fund?.fundId,
  },
  {
    name: 'BatchGetFunds',
    ask: async ({ funds }, options) =>
      ids((await funds.batchGetFunds({ viewerUserId: admin, fundIds: [fundId, 2n, 3n] }, options)).funds),
  },
  {
    name: 'SummarizeFunds',
    ask: async ({ funds }, options) =>
      (await funds.summarizeFunds({ viewerUserId }, options)).groups.map((group) => group.fundCount),
  },
  {
    name: 'ExportFunds',
    ask: async ({ funds }, options) => {
      let seen = 0;
      for await (const batch of funds.exportFunds({ viewerUserId }, options)) seen += batch.funds.length;
      return seen;
    },
  },
  {
    name: 'ListCustomerOrders',
    ask: async ({ funds }, options) => (await funds.listCustomerOrders({ viewerUserId }, options)).totalSize,
  },
  {
    name: 'CreateFund',
    ask: ({ funds }, options) =>
      funds.createFund(
        { fund: { fundId, amountCents: 1n, currencyCode: 'EUR', status: 1, handlerUserId: 1n } },
        options,
      ),
  },
  {
    name: 'UpdateFund',
    ask: async ({ funds }, options) =>
      (
        await funds.updateFund(
          { fund: { fundId, amountCents: fund!.amountCents }, updateMask: { paths: ['amount_cents'] } },
          options,
        )
      ).fund?.amountCents,
  },
  { name: 'DeleteFund', ask: ({ funds }, options) => funds.deleteFund({ fundId: 424_242_424_242n }, options) },
  {
    name: 'CheckAccess of admin',
    ask: async ({ permission }, options) =>
      (await permission.checkAccess({ viewerUserId: admin, fundId }, options)).allowed,
  },
  {
    name: 'CheckAccess of staff',
    ask: async ({ permission }, options) =>
      (await permission.checkAccess({ viewerUserId: handler.userId, fundId }, options)).allowed,
  },
  {
    name: 'BatchCheckAccess',
    ask: async ({ permission }, options) =>
      (
        await permission.batchCheckAccess(
          { viewerUserId, fundIds: faultCompany.funds.slice(0, 200).map((each) => each.fundId) },
          options,
        )
      ).allowed,
  },
  {
    name: 'ExplainAccess',
    ask: async ({ permission }, options) => (await permission.explainAccess({ viewerUserId, fundId }, options)).allowed,
  },
  {
    name: 'ListFundViewers',
    ask: async ({ permission }, options) => (await permission.listFundViewers({ fundId }, options)).totalSize,
  },
  {
    name: 'ResolveScope',
    ask: async ({ permission }, options) => (await permission.resolveScope({ viewerUserId }, options)).subordinateCount,
  },
  {
    name: 'ListSubordinates',
    ask: async ({ permission }, options) =>
      (await permission.listSubordinates({ userId: viewerUserId }, options)).totalSize,
  },
  {
    name: 'GetUser',
    ask: async ({ permission }, options) => (await permission.getUser({ userId: viewerUserId }, options)).user?.name,
  },
  { name: 'ListUsers', ask: async ({ permission }, options) => (await permission.listUsers({}, options)).totalSize },
  {
    name: 'CreateUser',
    ask: ({ permission }, options) =>
      permission.createUser({ user: { userId: viewerUserId, name: 'again', role: 3 } }, options),
  },
  {
    name: 'UpdateUser',
    ask: async ({ permission }, options) =>
      (
        await permission.updateUser(
          { user: { userId: handler.userId, name: handler.name }, updateMask: { paths: ['name'] } },
          options,
        )
      ).user?.name,
  },
  {
    name: 'MoveUser',
    ask: ({ permission }, options) =>
      permission.moveUser({ userId: viewerUserId, newParentUserId: viewerUserId }, options),
  },
  {
    name: 'AssignOrder',
    ask: async ({ permission }, options) =>
      Boolean(
        (await permission.assignOrder({ orderId: order!.orderId, userId: order!.ownerUserId }, options))
          .consistencyToken,
      ),
  },
  {
    name: 'AssignCustomer',
    ask: async ({ permission }, options) =>
      Boolean(
        (await permission.assignCustomer({ customerId: customer!.customerId, userId: customer!.adminUserId }, options))
          .consistencyToken,
      ),
  },
];

/** Asks, and tells how it ended and after how long. Never rejects. */
export async function askRpc(
  { ask }: RpcCase,
  pair: ServicePair,
  timeoutMs: number,
): Promise<{ readonly outcome: RpcOutcome; readonly ms: number }> {
  const startedAt = performance.now();
  const outcome = await ask(pair, { timeoutMs }).then(
    (answer): RpcOutcome => ({
      answer: JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    }),
    (error: unknown): RpcOutcome => ({ reason: reasonOf(error) }),
  );
  return { outcome, ms: performance.now() - startedAt };
}

/** The reason of ErrorInfo, else the code. */
export function reasonOf(thrown: unknown): string {
  const error = ConnectError.from(thrown);
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? Code[error.code];
}

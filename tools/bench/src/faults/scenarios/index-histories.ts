import { withIndexServer, type IndexServer } from '../index-server.ts';
import { faultCompany } from '../private-mysql.ts';
import { partOf, type FaultScenario } from '../scenario.ts';

const revocationsFull = 1_000;
const walksFull = 10_000;
const walksAtOnce = 8;
const pageSize = 5;

/** A supervisor with people below, and somebody whom they do not see. */
function someManager(): { readonly manager: bigint; readonly stranger: bigint } {
  const below = new Map<bigint | null, bigint[]>();
  for (const { userId, parentUserId } of faultCompany.users)
    below.set(parentUserId, [...(below.get(parentUserId) ?? []), userId]);
  const isBelow = (userId: bigint, manager: bigint): boolean => {
    const user = faultCompany.users.find((each) => each.userId === userId)!;
    return user.userId === manager || (user.parentUserId !== null && isBelow(user.parentUserId, manager));
  };
  const manager = faultCompany.users.find(
    ({ role, userId }) => role === 'supervisor' && (below.get(userId)?.length ?? 0) > 1,
  )!.userId;
  const stranger = faultCompany.users.find(({ userId }) => !isBelow(userId, manager))!.userId;
  return { manager, stranger };
}

/**
 * Between two pages of a walk by token a fund of the next page is given to a stranger by plain SQL, so that the viewer
 * may not see it any more; after the acknowledgement it must never be shown.
 */
export const indexRevocation: FaultScenario = (scale) =>
  withIndexServer(async (server) => {
    const { funds, admin } = server;
    const { manager, stranger } = someManager();
    const runs = partOf(revocationsFull, scale);
    await admin.query(
      `INSERT INTO financial_funds (fund_id, handle_by, amount, currency_code, status, created_at, updated_at)
       VALUES ${Array.from({ length: 20 }, (_, i) => `(${900_000 + i}, ${manager}, ${9_000_000 + i}, 'EUR', 'pending', NOW(6), NOW(6))`).join()}`,
    );
    let shownAfterwards = 0;
    let byIndex = 0;
    for (let run = 0; run < runs; run += 1) {
      const ask = (pageToken: string) =>
        funds.listFunds({ viewerUserId: manager, pageSize, orderBy: 'amount desc', pageToken });
      const first = await ask('');
      const victim = 900_000n + 14n - BigInt(run % 5);
      await admin.query(`UPDATE financial_funds SET handle_by = ${stranger} WHERE fund_id = ${victim}`);
      const second = await ask(first.nextPageToken);
      if (second.funds.some(({ fundId }) => fundId === victim)) shownAfterwards += 1;
      if (second.strategyUsed === first.strategyUsed) byIndex += 1;
      await admin.query(`UPDATE financial_funds SET handle_by = ${manager} WHERE fund_id = ${victim}`);
      const again = await ask(first.nextPageToken);
      if (!again.funds.some(({ fundId }) => fundId === victim))
        throw new Error('a fund that was given back is not shown');
    }
    return {
      bars: [{ name: 'revoked funds shown after the acknowledgement', figure: shownAfterwards, unit: '', max: 0 }],
      facts: { runs, 'by the index': byIndex },
    };
  });

/**
 * Walks by token while funds are inserted, deleted and re-sorted between the pages: each fund that stays as it is must
 * come exactly once.
 */
export const indexWalks: FaultScenario = (scale) =>
  withIndexServer(async (server) => {
    const { manager } = someManager();
    const walks = partOf(walksFull, scale);
    const idsOf = async (viewer: bigint): Promise<bigint[]> => {
      const all: bigint[] = [];
      for await (const batch of server.funds.exportFunds({ viewerUserId: viewer }))
        all.push(...batch.funds.map(({ fundId }) => fundId));
      return all;
    };
    // What stays: all the manager sees now. What moves: funds added beside them.
    const staying = (await idsOf(manager)).slice(0, 40);
    await keepOnly(server, manager, staying);
    let next = 0;
    let wrong = 0;
    const walker = async (lane: number): Promise<void> => {
      while (next < walks) {
        next += 1;
        if (!(await walkIsRight(server, manager, staying, lane, next))) wrong += 1;
      }
    };
    await Promise.all(Array.from({ length: walksAtOnce }, (_, lane) => walker(lane)));
    return {
      bars: [{ name: 'walks in which a fund that stayed was missing or came twice', figure: wrong, unit: '', max: 0 }],
      facts: { walks, 'funds that stay': staying.length },
    };
  });

/** Makes everything but some funds invisible to a viewer, so that walks are short. */
async function keepOnly({ admin }: IndexServer, manager: bigint, staying: readonly bigint[]): Promise<void> {
  await admin.query(`DELETE FROM financial_funds WHERE fund_id NOT IN (${staying.join()});
    UPDATE financial_funds SET handle_by = ${manager}`);
}

async function walkIsRight(
  { funds, admin }: IndexServer,
  manager: bigint,
  staying: readonly bigint[],
  lane: number,
  walk: number,
): Promise<boolean> {
  const seen = new Map<bigint, number>();
  const moving = 1_000_000 + lane * 10;
  const orderBy = ['amount', 'amount desc', 'updated_at', 'status desc', 'handler_user_id'][walk % 5]!;
  let pageToken = '';
  for (let page = 0; ; page += 1) {
    const answer = await funds.listFunds({ viewerUserId: manager, pageSize, orderBy, pageToken });
    for (const { fundId } of answer.funds) seen.set(fundId, (seen.get(fundId) ?? 0) + 1);
    pageToken = answer.nextPageToken;
    if (pageToken === '') break;
    const id = moving + (page % 3);
    const amount = ((walk * 7_919 + page * 104_729) % 1_000_000) / 100;
    await admin.query(
      page % 3 === 2
        ? `DELETE FROM financial_funds WHERE fund_id = ${id - 1}`
        : `INSERT INTO financial_funds (fund_id, handle_by, amount, currency_code, status, created_at, updated_at)
           VALUES (${id}, ${manager}, ${amount}, 'EUR', 'settled', NOW(6), NOW(6))
           ON DUPLICATE KEY UPDATE amount = ${amount}, status = 'pending', updated_at = NOW(6)`,
    );
  }
  return staying.every((fundId) => seen.get(fundId) === 1);
}

import { catchUp, demote, follow, promote, startGroup, startSourceAndReplica, type MysqlNode } from '@finance/mysql';
import type { FaultProxy } from '@finance/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FailoverLoad } from './failover-load.ts';

/** The servers of a case. */
export interface FailoverSite {
  /** What the address leads to at first. */
  readonly primary: MysqlNode;
  /** Brings the failure, and leads the address to the server that can be written now, which it gives. */
  fail(under: { readonly proxy: FaultProxy; readonly load: FailoverLoad }): Promise<MysqlNode>;
  close(): Promise<void>;
}

/** A way in which a database is lost or changed. */
export interface FailoverCase {
  readonly what: string;
  /** Asynchronous replication may lose what was acknowledged a moment before. */
  readonly mayLoseWrites?: boolean;
  /** Changes that were told are lost, or their numbers given to others. */
  readonly losesHistory?: boolean;
  start(): Promise<FailoverSite>;
}

/** A fund that only the lost server has. */
const lostFund = 90_001n;
const insertLostFund = `INSERT INTO finance.financial_funds (fund_id, handle_by, amount, currency_code, status, created_at, updated_at)
  VALUES (${lostFund}, 1, 111.11, 'EUR', 'pending', NOW(6), NOW(6))`;
/** The live index applies a change in milliseconds. */
const appliedMs = 1_000;

/** A source and a replica: `fail` promotes the replica, and the address leads to it afterwards. */
const pair = (
  mode: 'async' | 'semi-sync',
  fail: (site: {
    readonly source: MysqlNode;
    readonly replica: MysqlNode;
    readonly proxy: FaultProxy;
    readonly load: FailoverLoad;
  }) => Promise<void>,
  open: 'reset' | 'leave' = 'reset',
): FailoverCase['start'] => {
  return async () => {
    const { source, replica, close } = await startSourceAndReplica(mode);
    return {
      primary: source,
      fail: async ({ proxy, load }) => {
        await fail({ source, replica, proxy, load });
        proxy.switchTo(replica, open);
        return replica;
      },
      close,
    };
  };
};

/** Every case by its name. */
export const failoverCases: Readonly<Record<string, FailoverCase>> = {
  lost: {
    what: 'the source is killed with changes that its replica lacks',
    losesHistory: true,
    start: pair('async', async ({ source, replica, load }) => {
      await load.setWriting(false);
      await catchUp(replica, source);
      await replica.sql('STOP REPLICA IO_THREAD');
      await source.sql(
        insertLostFund,
        'UPDATE finance.financial_funds SET amount = 7777.77 WHERE fund_id = 20',
        'DELETE FROM finance.financial_funds WHERE fund_id = 30',
      );
      await sleep(appliedMs);
      await source.kill();
      await promote(replica);
      load.forbid(lostFund);
      await load.setWriting(true);
    }),
  },
  semisync: {
    what: 'the source is killed while a commit waits for its replica (semi-sync, AFTER_SYNC)',
    start: pair('semi-sync', async ({ source, replica, load }) => {
      await load.setWriting(false);
      await catchUp(replica, source);
      await replica.sql('STOP REPLICA IO_THREAD');
      load.forbid(lostFund);
      const outcome = source.sql(insertLostFund).catch(() => undefined);
      await sleep(appliedMs);
      await source.kill();
      await outcome;
      await promote(replica);
      await load.setWriting(true);
    }),
  },
  clean: {
    what: 'the source is killed, its replica has everything',
    start: pair('async', async ({ source, replica, load }) => {
      await load.setWriting(false);
      await catchUp(replica, source);
      await source.kill();
      await promote(replica);
      await load.setWriting(true);
    }),
  },
  load: {
    what: 'the source is killed while it is written',
    mayLoseWrites: true,
    start: pair('async', async ({ source, replica, load }) => {
      await source.kill();
      await load.setWriting(false);
      await promote(replica);
      await load.acceptLosses(replica);
      await load.setWriting(true);
    }),
  },
  reset: {
    what: 'GTIDs are reset under writes, as by a restore: known numbers are given to other changes',
    losesHistory: true,
    start: async () => {
      const { source, close } = await startSourceAndReplica();
      return {
        primary: source,
        fail: async () => {
          await source.sql('RESET BINARY LOGS AND GTIDS');
          return source;
        },
        close,
      };
    },
  },
  switchover: {
    what: 'the source is demoted and follows its replica; connections to it stay open',
    start: pair(
      'async',
      async ({ source, replica }) => {
        await demote(source);
        await catchUp(replica, source);
        await promote(replica);
        await follow(source, replica);
      },
      'leave',
    ),
  },
  'group-switchover': {
    what: 'the primary of a group is changed as planned; connections to it stay open',
    start: async () => {
      const group = await startGroup('single-primary');
      const primary = await group.primary();
      const next = group.nodes.find((node) => node !== primary)!;
      return {
        primary,
        fail: async ({ proxy }) => {
          await group.switchTo(next);
          proxy.switchTo(next, 'leave');
          return next;
        },
        close: group.close,
      };
    },
  },
  'group-kill': {
    what: 'the primary of a group is killed',
    start: () => loseGroupPrimary((primary) => primary.kill(), 'reset'),
  },
  'group-stop': {
    what: 'the primary of a group is silent (SIGSTOP), with its connections open, and comes back as a secondary',
    start: () =>
      loseGroupPrimary(
        async (primary) => primary.suspend(),
        'leave',
        (primary) => primary.resume(),
      ),
  },
};

async function loseGroupPrimary(
  lose: (primary: MysqlNode) => Promise<void>,
  open: 'reset' | 'leave',
  afterwards: (primary: MysqlNode) => void = () => undefined,
): Promise<FailoverSite> {
  const group = await startGroup('single-primary');
  const primary = await group.primary();
  const others = group.nodes.filter((node) => node !== primary);
  return {
    primary,
    fail: async ({ proxy }) => {
      await lose(primary);
      const next = await group.primary(others);
      proxy.switchTo(next, open);
      afterwards(primary);
      return next;
    },
    close: group.close,
  };
}

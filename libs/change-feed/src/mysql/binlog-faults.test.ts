import { openMysql } from '@finance/schema';
import { insertDataSet, sampleCompany, startFaultProxy, withPrivateMysql } from '@finance/testkit';
import mysql from 'mysql2/promise';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Mirror } from '../testing/mirror.ts';
import { stateInDatabase } from '../testing/table-state.ts';
import { openMysqlFeed } from './open-mysql-feed.ts';

const { url, port, stop, start } = await withPrivateMysql();
const database = openMysql(url);
const admin = await mysql.createConnection({ uri: url, multipleStatements: true });
afterAll(() => database.close());
const { signal } = new AbortController();

async function withMirror<T>(work: (mirror: Mirror) => Promise<T>, through: string = url): Promise<T> {
  const mirror = await Mirror.start(openMysqlFeed(through));
  try {
    return await work(mirror);
  } finally {
    await mirror.stop();
  }
}

async function expectInStep(mirror: Mirror): Promise<void> {
  await mirror.fence();
  expect(mirror.state).toEqual(await stateInDatabase(database));
}

const write = (userId: number) => admin.query(`UPDATE orders SET user_id = ${userId} WHERE order_id = 1`);
const rebuild = { kind: 'rebuild' };

beforeEach(async () => insertDataSet(database, sampleCompany(20, 30)));

describe('following the binlog', () => {
  it('goes on over its files', async () => {
    await withMirror(async (mirror) => {
      for (let n = 1; n <= 3; n += 1) {
        await write(n);
        await admin.query('FLUSH BINARY LOGS');
      }
      await write(4);
      await expectInStep(mirror);
      expect(mirror.states).toEqual([{ state: 'connected' }]);
    });
  });

  it('goes on after its connection was killed, without a loss and without a change twice', async () => {
    await withMirror(async (mirror) => {
      const seen = mirror.batches.length;
      let writes = 0;
      for (let round = 0; round < 3; round += 1) {
        const [rows] = await admin.query(
          `SELECT id FROM performance_schema.processlist WHERE command LIKE 'Binlog Dump%'`,
        );
        for (const { id } of rows as { id: number }[]) await admin.query(`KILL ${id}`).catch(() => undefined);
        for (let n = 0; n < 20; n += 1) await write((writes += 1));
      }
      await expectInStep(mirror);
      expect(mirror.batches.slice(seen).reduce((sum, batch) => sum + batch.changes, 0)).toBe(writes);
      expect(mirror.states.filter(({ state }) => state === 'reconnecting').length).toBeGreaterThan(0);
    });
  });

  it('notices a connection on which nothing arrives any more', async () => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port });
    try {
      await withMirror(async (mirror) => {
        await expect.poll(() => mirror.states.length).toBe(1);
        await proxy.set({ kind: 'blackhole' });
        await write(7);
        await expect.poll(() => mirror.states.at(-1)?.state, { timeout: 10_000 }).toBe('reconnecting');
        await proxy.set({ kind: 'none' });
        await expect.poll(() => mirror.orders.get(1n)?.ownerUserId, { timeout: 15_000 }).toBe(7n);
        await expectInStep(mirror);
      }, proxy.urlThrough(url));
    } finally {
      await proxy.close();
    }
  });

  it('ends when what it needs was purged while it was away', async () => {
    const mirror = await Mirror.start(openMysqlFeed(url));
    const from = mirror.position;
    await mirror.stop();
    await write(5);
    await admin.query('FLUSH BINARY LOGS');
    const [rows] = await admin.query('SHOW BINARY LOGS');
    await admin.query(`PURGE BINARY LOGS TO '${(rows as { Log_name: string }[]).at(-1)!.Log_name}'`);
    const late = openMysqlFeed(url);
    await expect(late.follow(from, () => undefined, { signal })).rejects.toMatchObject(rebuild);
    await late.close();
    await withMirror(expectInStep);
  });

  it.each([
    ['TRUNCATE', 'TRUNCATE TABLE customers'],
    ['DROP', 'CREATE TABLE kept LIKE customers; DROP TABLE customers; RENAME TABLE kept TO customers'],
    ['RENAME', 'RENAME TABLE customers TO kept; RENAME TABLE kept TO customers'],
    ['ALTER', '/* by hand */ ALTER TABLE `customers` ADD COLUMN x INT; ALTER TABLE customers DROP COLUMN x'],
    ['a statement in the place of rows', 'SET SESSION binlog_format = STATEMENT; DELETE FROM customers'],
    ['rows without all columns', 'SET SESSION binlog_row_image = MINIMAL; UPDATE customers SET admin_user_id = 3'],
  ])('ends at %s', async (_name, statements) => {
    await withMirror(async (mirror) => {
      await admin.query(statements);
      await admin.query('SET SESSION binlog_format = DEFAULT; SET SESSION binlog_row_image = DEFAULT');
      await expect(mirror.ended()).rejects.toMatchObject(rebuild);
    });
  });

  it.each([
    ['a view', 'UPDATE v_funds SET handle_by = 8 WHERE fund_id = 5'],
    ['a view of another database', 'UPDATE elsewhere.v_funds SET handle_by = 8 WHERE fund_id = 5'],
    ['a trigger of another database', 'INSERT INTO elsewhere.inbox VALUES (6)'],
    ['a function', 'DO hand_over(7)'],
    ['text in a transaction of rows', 'BEGIN; UPDATE orders SET user_id = 8; UPDATE v_funds SET handle_by = 8; COMMIT'],
  ])('ends at a statement that reaches our tables through %s', async (_name, statements) => {
    await admin.query(`CREATE DATABASE elsewhere; CREATE VIEW v_funds AS SELECT * FROM financial_funds;
      CREATE VIEW elsewhere.v_funds AS SELECT * FROM financial_funds; CREATE TABLE elsewhere.inbox (fund INT PRIMARY KEY);
      CREATE TRIGGER elsewhere.t AFTER INSERT ON elsewhere.inbox FOR EACH ROW
        UPDATE finance.financial_funds SET handle_by = 9 WHERE fund_id = NEW.fund;
      SET GLOBAL log_bin_trust_function_creators = ON;
      CREATE FUNCTION hand_over(id INT) RETURNS INT BEGIN UPDATE financial_funds SET handle_by = 9 WHERE fund_id = id; RETURN 1; END`);
    try {
      await withMirror(async (mirror) => {
        await admin.query(`SET SESSION binlog_format = STATEMENT; ${statements}; SET SESSION binlog_format = DEFAULT`);
        await expect(mirror.ended()).rejects.toMatchObject(rebuild);
      });
      await withMirror(expectInStep);
    } finally {
      await admin.query('DROP DATABASE elsewhere; DROP VIEW v_funds; DROP FUNCTION hand_over');
    }
  });

  // Such a statement is none about our rows: the server sees to it.
  it.each(['STATEMENT', 'MIXED', 'ROW'])('a query that fills a new table changes none of ours: %s', async (format) => {
    await admin.query(`CREATE DATABASE elsewhere; SET GLOBAL log_bin_trust_function_creators = ON;
      CREATE FUNCTION hand_over(id INT) RETURNS INT BEGIN UPDATE financial_funds SET handle_by = 9 WHERE fund_id = id; RETURN 1; END;
      CREATE VIEW elsewhere.v_called AS SELECT finance.hand_over(7) AS n; SET SESSION binlog_format = ${format}`);
    try {
      for (const query of ['SELECT hand_over(7)', 'VALUES ROW(hand_over(7))', 'TABLE elsewhere.v_called']) {
        for (const kind of ['TABLE', 'TEMPORARY TABLE']) {
          const filling = admin.query(`CREATE ${kind} elsewhere.filled ${query}`);
          await expect(filling).rejects.toMatchObject({ code: 'ER_CANT_UPDATE_TABLE_IN_CREATE_TABLE_SELECT' });
        }
      }
    } finally {
      await admin.query('SET SESSION binlog_format = DEFAULT; DROP DATABASE elsewhere; DROP FUNCTION hand_over');
    }
  });

  it('goes on over statements of other databases, and keeps their transactions whole', async () => {
    await admin.query(
      'CREATE DATABASE elsewhere; CREATE TABLE elsewhere.notes (i INT PRIMARY KEY AUTO_INCREMENT, n INT)',
    );
    try {
      await withMirror(async (mirror) => {
        const seen = mirror.batches.length;
        await admin.query(`SET SESSION binlog_format = MIXED; BEGIN; INSERT INTO elsewhere.notes (n) VALUES (1);
          UPDATE financial_funds SET handle_by = 5 WHERE UUID() IS NOT NULL; COMMIT; SET SESSION binlog_format = DEFAULT`);
        await expectInStep(mirror);
        const batches = mirror.batches.slice(seen).filter(({ changes }) => changes > 0);
        expect(batches.every(({ position }) => position !== null)).toBe(true);
        await admin.query(`SET SESSION binlog_format = STATEMENT; INSERT INTO elsewhere.notes (n) VALUES (2);
          UPDATE elsewhere.notes SET n = 3; SET SESSION binlog_format = DEFAULT;
          CREATE TABLE elsewhere.kept AS SELECT * FROM elsewhere.notes`);
        await write(14);
        await expectInStep(mirror);
      });
    } finally {
      await admin.query('DROP DATABASE elsewhere');
    }
  });

  it('ends at a statement that came before the rows of its transaction, and shows none of them before', async () => {
    await admin.query('CREATE TABLE notes (i INT PRIMARY KEY AUTO_INCREMENT, n INT)');
    await withMirror(async (mirror) => {
      const { position } = mirror;
      await admin.query(`SET SESSION binlog_format = MIXED; BEGIN; INSERT INTO notes (n) VALUES (1);
        UPDATE financial_funds SET handle_by = 6 WHERE UUID() IS NOT NULL; COMMIT; SET SESSION binlog_format = DEFAULT`);
      await expect(mirror.ended()).rejects.toMatchObject(rebuild);
      expect(mirror.position).toBe(position);
    });
    await admin.query('DROP TABLE notes');
    await withMirror(expectInStep);
  });

  it('goes on over partial JSON, compressed or not', async () => {
    await admin.query(`ALTER TABLE customers ADD COLUMN j JSON, ADD COLUMN k JSON;
      UPDATE customers SET j = JSON_OBJECT('a', REPEAT('x', 3000), 'b', 1);
      CREATE TABLE docs (id INT PRIMARY KEY, j JSON);
      INSERT INTO docs VALUES (1, JSON_OBJECT('a', REPEAT('x', 3000), 'b', 1))`);
    await withMirror(async (mirror) => {
      for (const compression of ['OFF', 'ON']) {
        await admin.query(`SET SESSION binlog_row_value_options = 'PARTIAL_JSON';
          SET SESSION binlog_transaction_compression = ${compression};
          BEGIN; UPDATE docs SET j = JSON_SET(j, '$.b', 2 + id); UPDATE orders SET user_id = 3;
          UPDATE customers SET admin_user_id = 4, j = JSON_SET(j, '$.b', customer_id); COMMIT`);
      }
      await admin.query(`SET SESSION binlog_row_value_options = ''; SET SESSION binlog_transaction_compression = OFF`);
      await expectInStep(mirror);
    });
    await admin.query('DROP TABLE docs; ALTER TABLE customers DROP COLUMN j, DROP COLUMN k');
  });

  it('goes on while the tables get other numbers', async () => {
    await withMirror(async (mirror) => {
      for (let n = 1; n <= 20; n += 1) {
        await admin.query(`FLUSH TABLES orders, customers; UPDATE orders SET user_id = ${n};
          UPDATE customers c JOIN orders o ON o.order_id = c.customer_id SET c.admin_user_id = ${n}, o.user_id = ${n + 1}`);
      }
      await expectInStep(mirror);
    });
  });

  it('is not disturbed by other tables, indexes and users', async () => {
    await withMirror(async (mirror) => {
      await admin.query(`CREATE INDEX extra ON customers (name); DROP INDEX extra ON customers; ANALYZE TABLE users;
        CREATE TABLE other (i INT PRIMARY KEY, text LONGTEXT, j JSON); TRUNCATE other; DROP TABLE other;
        CREATE USER 'one'@'%'; DROP USER 'one'@'%'; CREATE VIEW v AS SELECT * FROM users; DROP VIEW v;
        CREATE TEMPORARY TABLE users_seen (id INT); DROP TEMPORARY TABLE users_seen`);
      await write(9);
      await expectInStep(mirror);
    });
  });

  it('passes rows of other tables by, of whatever size', async () => {
    await admin.query('CREATE TABLE big (i INT PRIMARY KEY AUTO_INCREMENT, text LONGTEXT)');
    await withMirror(async (mirror) => {
      await admin.query(
        `INSERT INTO big (text) VALUES (REPEAT('x', 40000000)), (REPEAT('y', 300)), (REPEAT('z', 17000000))`,
      );
      await write(11);
      await expectInStep(mirror);
    });
    await admin.query('DROP TABLE big');
  });

  it('reads compressed transactions', async () => {
    await withMirror(async (mirror) => {
      await admin.query(`SET SESSION binlog_transaction_compression = ON; UPDATE financial_funds SET handle_by = 3;
        DELETE FROM customers WHERE customer_id < 9; SET SESSION binlog_transaction_compression = OFF`);
      await expectInStep(mirror);
    });
  });

  it('shows an XA transaction when it is committed, not when it is prepared', async () => {
    await withMirror(async (mirror) => {
      await admin.query(
        `XA START 'one'; UPDATE orders SET user_id = 15 WHERE order_id = 1; XA END 'one'; XA PREPARE 'one'`,
      );
      await mirror.fence();
      expect(mirror.orders.get(1n)?.ownerUserId).not.toBe(15n);
      await admin.query(`XA COMMIT 'one'`);
      await admin.query(`XA START 'two'; DELETE FROM orders WHERE order_id = 2; XA END 'two'; XA PREPARE 'two';
        XA ROLLBACK 'two'; XA START 'three'; UPDATE orders SET user_id = 16 WHERE order_id = 3; XA END 'three';
        XA COMMIT 'three' ONE PHASE`);
      await expectInStep(mirror);
      expect(mirror.orders.get(1n)?.ownerUserId).toBe(15n);
    });
  });

  it('ends when an XA transaction is committed that was prepared before', async () => {
    await admin.query(`XA START 'early'; UPDATE orders SET user_id = 17 WHERE order_id = 1; XA END 'early';
      XA PREPARE 'early'`);
    await withMirror(async (mirror) => {
      await admin.query(`XA COMMIT 'early'`);
      await expect(mirror.ended()).rejects.toMatchObject(rebuild);
    });
  });

  it('counts tagged transactions, and goes on from them', async () => {
    const [rows] = await admin.query('SELECT VERSION() AS version');
    const hasTags = (rows as { version: string }[])[0]!.version >= '8.3';
    await withMirror(async (mirror) => {
      for (const tag of hasTags ? ['AUTOMATIC:one', 'AUTOMATIC:a_much_longer_name', 'AUTOMATIC'] : ['AUTOMATIC']) {
        await admin.query(`SET gtid_next = '${tag}'`);
        await write(tag.length);
        await write(tag.length + 1);
      }
      await expectInStep(mirror);
    });
    await withMirror(expectInStep);
  });

  it('goes on after the consumer was busy for longer than the connection may be silent', async () => {
    const feed = openMysqlFeed(url);
    const stopping = new AbortController();
    const states: string[] = [];
    let changes = 0;
    const following = feed.follow(
      await feed.position(signal),
      async (batch) => {
        changes += batch.changes.length;
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      },
      { signal: stopping.signal, onState: ({ state }) => states.push(state) },
    );
    await write(12);
    await expect.poll(() => changes).toBe(1);
    await write(13);
    await expect.poll(() => changes, { timeout: 10_000 }).toBe(2);
    expect(states).toEqual(['connected']);
    stopping.abort();
    await following;
    await feed.close();
  });
});

describe('the check', () => {
  const check = async (through: string = url): Promise<unknown> => {
    const feed = openMysqlFeed(through);
    try {
      return await feed.check(signal);
    } finally {
      await feed.close();
    }
  };

  it.each([
    ['binlog_row_image', 'MINIMAL', 'set it to FULL'],
    ['binlog_format', 'STATEMENT', 'set it to ROW'],
    ['binlog_row_value_options', 'PARTIAL_JSON', "set it to ''"],
    ['gtid_mode', 'ON_PERMISSIVE', 'set it to ON'],
  ])('tells that %s is %s', async (setting, value, advice) => {
    await admin.query(`SET GLOBAL ${setting} = '${value}'`);
    try {
      await expect(check()).rejects.toMatchObject({
        kind: 'setup',
        message: expect.stringContaining(advice) as string,
      });
      await expect(check()).rejects.toThrow(`${setting} is ${value}`);
    } finally {
      await admin.query(`SET GLOBAL ${setting} = ${setting === 'gtid_mode' ? "'ON'" : 'DEFAULT'}`);
      if (setting === 'binlog_format') await admin.query(`SET GLOBAL binlog_format = 'ROW'`);
    }
  });

  it('tells which privileges a user lacks', async () => {
    await admin.query(`CREATE USER 'reader'@'%' IDENTIFIED BY 'secret'; GRANT SELECT ON finance.* TO 'reader'@'%'`);
    const asReader = Object.assign(new URL(url), { username: 'reader', password: 'secret' }).href;
    await expect(check(asReader)).rejects.toThrow('GRANT REPLICATION CLIENT');
    await admin.query(`GRANT REPLICATION CLIENT ON *.* TO 'reader'@'%'`);
    await expect(check(asReader)).rejects.toThrow('GRANT REPLICATION SLAVE');
    await admin.query(`GRANT REPLICATION SLAVE ON *.* TO 'reader'@'%'`);
    await check(asReader);
    await withMirror(expectInStep, asReader);
    await admin.query(`DROP USER 'reader'@'%'`);
  });

  it('tells a column that has the wrong type', async () => {
    await admin.query('ALTER TABLE customers MODIFY COLUMN name VARCHAR(200) CHARACTER SET latin1');
    await expect(check()).rejects.toThrow('customers.name is varchar(200) latin1');
    await admin.query(
      'ALTER TABLE customers MODIFY COLUMN name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    );
  });

  it('cascades of foreign keys are followed or refused', async () => {
    await admin.query(
      `ALTER TABLE orders ADD CONSTRAINT owned FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE`,
    );
    try {
      const isRefused = await check().then(
        () => false,
        (error: Error) => error.message.includes('owned'),
      );
      if (isRefused) return;
      await withMirror(async (mirror) => {
        await admin.query('DELETE FROM users WHERE id = 5');
        await expectInStep(mirror);
      });
    } finally {
      await admin.query('ALTER TABLE orders DROP FOREIGN KEY owned');
    }
  });
});

describe('a server that restarts', () => {
  it('is followed on, and says so meanwhile', async () => {
    await withMirror(async (mirror) => {
      await mirror.fence();
      await admin.end();
      await stop();
      await expect(mirror.fence()).rejects.toMatchObject({ kind: 'unavailable' });
      await start();
      const again = await mysql.createConnection({ uri: url });
      await again.query('UPDATE orders SET user_id = 18 WHERE order_id = 1');
      await again.end();
      await expectInStep(mirror);
      expect(mirror.orders.get(1n)?.ownerUserId).toBe(18n);
      expect(mirror.states.map(({ state }) => state)).toContain('reconnecting');
    });
  });
});

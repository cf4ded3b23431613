import type { SqlConnection } from '../database/sql-connection.ts';

/** Tables as the published study had them, with a few columns of its own: narrow ids, an ENUM, another collation. */
const mysqlTables = [
  `CREATE TABLE users (id INT UNSIGNED NOT NULL PRIMARY KEY, name VARCHAR(50) COLLATE utf8mb4_0900_ai_ci NOT NULL,
     role ENUM('admin','supervisor','staff') NOT NULL DEFAULT 'staff', parent_id INT UNSIGNED NULL,
     email VARCHAR(80) NULL) DEFAULT CHARSET = latin1`,
  `CREATE TABLE customers (customer_id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, admin_user_id INT UNSIGNED NOT NULL,
     FOREIGN KEY (admin_user_id) REFERENCES users (id))`,
  'CREATE TABLE orders (order_id SMALLINT NOT NULL PRIMARY KEY, user_id INT NOT NULL, note TEXT NULL)',
  `CREATE TABLE financial_funds (fund_id BIGINT NOT NULL PRIMARY KEY, handle_by INT NULL, order_id INT NULL,
     customer_id INT NULL, amount DECIMAL(12,2) NOT NULL, memo VARCHAR(20) NOT NULL DEFAULT 'x')`,
  'CREATE TABLE user_hierarchy (user_id INT, subordinate_id INT)',
];

const sqliteTables = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, parent_id INT, email TEXT)',
  'CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, admin_user_id INT NOT NULL REFERENCES users (id))',
  'CREATE TABLE orders (order_id INTEGER PRIMARY KEY, user_id INT NOT NULL, note TEXT)',
  `CREATE TABLE financial_funds (fund_id INTEGER PRIMARY KEY, handle_by INT, order_id INT, customer_id INT,
     amount DECIMAL(12,2) NOT NULL, memo TEXT NOT NULL DEFAULT 'x')`,
  'CREATE TABLE user_hierarchy (user_id INT, subordinate_id INT)',
];

const rows = [
  `INSERT INTO users (id, name, role, parent_id, email) VALUES (1, 'Ann', 'admin', NULL, 'a@x'), (2, 'Bob', 'supervisor', 1, NULL),
     (3, 'Cid', 'staff', 2, 'c@x'), (4, 'Dee', 'staff', 1, NULL), (40, 'Eve', 'supervisor', 999, NULL)`,
  'INSERT INTO customers (customer_id, admin_user_id) VALUES (3001, 3), (3002, 2), (3003, 3)',
  `INSERT INTO orders (order_id, user_id, note) VALUES (2001, 3, 'n'), (2002, 2, NULL), (2003, 3, '')`,
  `INSERT INTO financial_funds (fund_id, handle_by, order_id, customer_id, amount, memo) VALUES
     (1001, 3, 2001, 3001, 50000, 'p'), (1002, 2, 2002, 3002, 80000.01, 'q'), (1003, 3, 2003, NULL, -0.29, 'r')`,
  'INSERT INTO user_hierarchy VALUES (1, 2), (2, 3), (1, 4)',
];

/** Makes the study's small example, with an orphan. */
export async function createStudyTables(connection: SqlConnection): Promise<void> {
  for (const sql of [...(connection.engine === 'mysql' ? mysqlTables : sqliteTables), ...rows])
    await connection.run(sql);
}

/** Everything the old tables hold, column by column, as text. */
export async function studyContents(connection: SqlConnection, hierarchy: string): Promise<unknown> {
  const queries = [
    'SELECT id, name, role, parent_id, email FROM users ORDER BY id',
    'SELECT customer_id, admin_user_id FROM customers ORDER BY customer_id',
    'SELECT order_id, user_id, note FROM orders ORDER BY order_id',
    'SELECT fund_id, handle_by, order_id, customer_id, amount, memo FROM financial_funds ORDER BY fund_id',
    `SELECT user_id, subordinate_id FROM ${hierarchy} ORDER BY subordinate_id`,
  ];
  const contents = [];
  for (const sql of queries) {
    contents.push((await connection.all(sql)).map((row) => Object.values(row).map(String)));
  }
  return contents;
}

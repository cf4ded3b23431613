import { z } from 'zod';
import { expect, test } from 'vitest';
import { ConfigError, defineConfig } from './config.ts';
import { serverSettings } from './server-settings.ts';
import { integerSetting } from './setting-schemas.ts';

const table = defineConfig({
  ...serverSettings,
  DATABASE_URL: {
    schema: z.string().regex(/^(sqlite|mysql|memory):/, 'must begin with sqlite:, mysql: or memory:'),
    default: 'sqlite:var/finance.db',
    description: 'Where the data is.',
    example: 'mysql://user|x@host/db',
  },
  LIMIT: { schema: integerSetting(1, 10), description: 'Optional.' },
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    table.parse(env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : ['another error'];
  }
}

test('unset and empty settings take their defaults', () => {
  const config = table.parse({ GRPC_PORT: '', DATABASE_URL: '' });
  expect(config).toMatchObject({
    GRPC_PORT: 50_051,
    HTTP_PORT: 8080,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    REQUEST_TIMEOUT_MS: 30_000,
    MAX_MESSAGE_BYTES: 65_536,
    SHUTDOWN_GRACE_MS: 6_000,
    PAGE_TOKEN_KEY: undefined,
    DATABASE_URL: 'sqlite:var/finance.db',
    LIMIT: undefined,
  });
  expect(defineConfig(serverSettings).parse({ HTTP_PORT: '0' }).HTTP_PORT).toBe(0);
});

test('values have the types of their schemas', () => {
  const config = table.parse({ LIMIT: '3', LOG_LEVEL: 'warn' });
  const limit: number | undefined = config.LIMIT;
  const port: number = config.GRPC_PORT;
  const level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' = config.LOG_LEVEL;
  const key: Buffer | undefined = config.PAGE_TOKEN_KEY;
  expect([limit, port, level, key]).toEqual([3, 50_051, 'warn', undefined]);
});

test('a key may be hex or base64 of either alphabet', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    expect(table.parse({ PAGE_TOKEN_KEY: key.toString(encoding) }).PAGE_TOKEN_KEY).toEqual(key);
  }
});

test('every problem is reported at once, one line each, and no secret is shown', () => {
  const problems = problemsOf({
    GRPC_PORT: '65536',
    HTTP_PORT: ' 80',
    HOST: 'a b',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'postgres:',
    PAGE_TOKEN_KEY: 'my-secret',
  });
  expect(problems).toEqual([
    'GRPC_PORT: must be a whole number from 0 to 65535, not "65536"',
    'HTTP_PORT: must be a whole number from 0 to 65535, not " 80"',
    'HOST: must be a host name or an IP address, not "a b"',
    'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
    'PAGE_TOKEN_KEY: must be 32 bytes as hex or base64',
    'DATABASE_URL: must begin with sqlite:, mysql: or memory:, not "postgres:"',
  ]);
});

test('numbers in other spellings are refused', () => {
  for (const value of ['1e3', '0x10', '1.5', '-1', '999999999999999999', 'NaN', '']) {
    expect(problemsOf({ GRPC_PORT: value })).toHaveLength(value === '' ? 0 : 1);
  }
});

test('help and Markdown show every setting with default and example', () => {
  const help = table.help('usage: npm start');
  const markdown = table.markdown();
  for (const name of [...Object.keys(serverSettings), 'DATABASE_URL', 'LIMIT']) {
    expect(help).toContain(`\n  ${name}\n`);
    expect(markdown).toContain(`\n| \`${name}\` |`);
  }
  expect(help).toContain('usage: npm start\n');
  expect(help).toContain('Where the data is. (default sqlite:var/finance.db, example mysql://user|x@host/db)');
  expect(markdown).toContain(
    '| `DATABASE_URL` | `sqlite:var/finance.db` | Where the data is. Example: `mysql://user\\|x@host/db`. |',
  );
});

test('what is shown of settings holds no secret', () => {
  const shown = table.shown({ PAGE_TOKEN_KEY: 'a'.repeat(64), DATABASE_URL: 'mysql://me:pass@host/db', LIMIT: '7' });
  expect(shown).toMatchObject({
    PAGE_TOKEN_KEY: 'set',
    DATABASE_URL: 'mysql://(secret)@host/db',
    LIMIT: '7',
    GRPC_PORT: '50051',
    AUTH_JWT_ISSUER: 'unset',
  });
  expect(JSON.stringify(shown)).not.toMatch(/aaaa|pass/);
  expect(table.shown({})).toMatchObject({ PAGE_TOKEN_KEY: 'unset', DATABASE_URL: 'sqlite:var/finance.db' });
});

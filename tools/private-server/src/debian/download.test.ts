import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { download, NotOnMirrorError } from './download.ts';

const bytes = Buffer.from('a package');
const mirror = createServer((request, response) => {
  response.statusCode = request.url === '/gone.deb' ? 404 : 200;
  response.end(bytes);
});
let address = '';

beforeAll(async () => {
  await once(mirror.listen(0, '127.0.0.1'), 'listening');
  address = `http://reader:secret@127.0.0.1:${(mirror.address() as AddressInfo).port}`;
});
afterAll(() => mirror.close());

test('bytes are taken when they are those of the index, and refused when they are others', async () => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await download(`${address}/one.deb`, sha256)).toEqual(bytes);
  await expect(download(`${address}/one.deb`, 'f'.repeat(64))).rejects.toThrow(
    `its SHA256 is ${sha256}, the archive's index says ${'f'.repeat(64)}`,
  );
});

test('a mirror without the file is told apart, and its password is in no message', async () => {
  const missing = await download(`${address}/gone.deb`).catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(NotOnMirrorError);
  expect(String(missing)).not.toContain('secret');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type ServiceProcess } from '../service-process.ts';
import { fuzz } from './fuzz.ts';

let server: ServiceProcess;
beforeAll(async () => {
  server = await startService('standalone', { DATABASE_URL: 'memory:', LOG_LEVEL: 'info' });
}, 60_000);
afterAll(() => server.stop());

test('random requests, binary or JSON, get no INTERNAL from any RPC and no text of the inside', async () => {
  const target = { grpcAddress: server.grpcUrl.replace('http://', ''), httpUrl: server.httpUrl };
  const results = await fuzz(target, 25, 20_261_123, () => undefined);
  expect(results.flatMap(({ rpc, form, problems }) => problems.map((problem) => `${rpc} ${form} ${problem}`))).toEqual(
    [],
  );
  const unary = results.filter(({ form }) => form === 'JSON');
  for (const { rpc, codes } of unary) {
    expect([rpc, Object.keys(codes).length > 0 && codes['UNKNOWN'] === undefined]).toEqual([rpc, true]);
  }
});

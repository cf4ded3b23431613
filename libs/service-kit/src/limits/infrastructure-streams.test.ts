import type { ClientHttp2Session } from 'node:http2';
import { expect, test } from 'vitest';
import { serveFunds } from '../test-servers.ts';
import { framed, grpcHeadersOf, session } from '../testing/raw-call.ts';

/** Whether a watch of health brings a first answer, and with it goes on. */
function isServed(opened: ClientHttp2Session): Promise<boolean> {
  const stream = opened.request(grpcHeadersOf('grpc.health.v1.Health/Watch'));
  stream.on('error', () => undefined).end(framed(Buffer.alloc(0)));
  return new Promise((resolve) => {
    stream.on('data', () => resolve(true)).on('close', () => resolve(false));
  });
}

async function served(opened: ClientHttp2Session, watches: number): Promise<number> {
  const outcomes = await Promise.all(Array.from({ length: watches }, () => isServed(opened)));
  return outcomes.filter(Boolean).length;
}

/** Goes on asking until so many are served: places of others may still be on their way back. */
async function servedAtLast(opened: ClientHttp2Session, watches: number): Promise<number> {
  let count = 0;
  for (let tries = 0; count < watches && tries < 200; tries += 1) count += await served(opened, 1);
  return count;
}

test('watches of health are bounded on each connection, of each address and in all, and give their places back', async () => {
  const servers = await serveFunds({}, { MAX_INFRASTRUCTURE_STREAMS: 24 });
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const [first, second] = [session(url), session(url)];
    const [third, fourth] = [session(url, '127.0.0.2'), session(url, '127.0.0.2')];
    expect(await servedAtLast(first, 10)).toBe(10);
    expect(await served(first, 3)).toBe(0);
    expect(await servedAtLast(second, 2)).toBe(2);
    expect(await served(second, 3)).toBe(0);
    expect(await servedAtLast(third, 10)).toBe(10);
    expect(await servedAtLast(fourth, 2)).toBe(2);
    expect(await served(session(url, '127.0.0.3'), 3)).toBe(0);
    first.destroy();
    expect(await servedAtLast(second, 8)).toBe(8);
    for (const opened of [second, third, fourth]) opened.destroy();
  }
});

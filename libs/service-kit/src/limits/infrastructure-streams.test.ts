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

test('watches of health are bounded on each connection and in all, and give their places back', async () => {
  const servers = await serveFunds({}, { MAX_INFRASTRUCTURE_STREAMS: 15 });
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const [first, second] = [session(url), session(url)];
    expect(await servedAtLast(first, 10)).toBe(10);
    expect(await served(first, 3)).toBe(0);
    expect(await servedAtLast(second, 5)).toBe(5);
    expect(await served(second, 3)).toBe(0);
    first.destroy();
    expect(await servedAtLast(second, 5)).toBe(5);
    expect(await served(second, 3)).toBe(0);
    second.destroy();
  }
});

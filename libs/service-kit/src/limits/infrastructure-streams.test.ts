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

test('watches of health are bounded on each connection and in all, and give their places back', async () => {
  const servers = await serveFunds({}, { MAX_INFRASTRUCTURE_STREAMS: 15 });
  for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl]) {
    const first = session(url);
    let inAll = await served(first, 12);
    // Those of the other listener may still be ending.
    while (inAll < 10) inAll += await served(first, 1);
    expect(inAll).toBe(10);
    const second = session(url);
    while (inAll < 15) inAll += await served(second, 1);
    expect(await served(second, 3)).toBe(0);
    first.destroy();
    while (inAll < 20) inAll += await served(second, 1);
    expect(await served(second, 1)).toBe(0);
    second.destroy();
  }
});

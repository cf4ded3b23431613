import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { FundView } from '@finance/contract/fund';
import { ExportFundsRequestSchema, ListFundsRequestSchema } from '@finance/contract/funds-service';

/** Another caller than the good client: without credentials it is an address. */
const address = '127.0.0.2';
const inFlight = 64;
/** Sees every fund. */
const viewerUserId = 1n;

/** Calls without a pause, each the dearest that is legal: the largest page, in full, by a filter that nobody has asked for. */
export async function oneGreedyCaller(grpcPort: number, signal: AbortSignal): Promise<void> {
  const session = sessionTo(grpcPort, 1 << 20);
  let amountCentsMin = -1_000_000_000_000n;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (!signal.aborted && !session.destroyed) {
        amountCentsMin -= 1n;
        const request = create(ListFundsRequestSchema, {
          viewerUserId,
          pageSize: 1_000,
          view: FundView.FULL,
          orderBy: 'amount desc',
          filter: { amountCentsMin },
        });
        const stream = session.request(headersOf('ListFunds')).resume();
        stream.on('error', () => undefined);
        stream.end(framed(toBinary(ListFundsRequestSchema, request)));
        await new Promise((resolve) => {
          stream.once('close', resolve);
          signal.addEventListener('abort', resolve, { once: true });
        });
        // A refusal comes at once.
        await sleep(1);
      }
    }),
  );
  session.destroy();
}

/** Begins as many exports as are allowed, and more, and reads none of them. */
export async function unreadExports(grpcPort: number, signal: AbortSignal): Promise<void> {
  const session = sessionTo(grpcPort, 1);
  const begin = () => {
    if (signal.aborted || session.destroyed) return;
    const stream = session.request(headersOf('ExportFunds'));
    stream.on('error', () => undefined);
    stream.once('close', () => setTimeout(begin, 50));
    const request = create(ExportFundsRequestSchema, { viewerUserId });
    stream.end(framed(toBinary(ExportFundsRequestSchema, request)));
  };
  for (let each = 0; each < inFlight; each += 1) begin();
  await new Promise((resolve) => void signal.addEventListener('abort', resolve, { once: true }));
  session.destroy();
}

function sessionTo(grpcPort: number, initialWindowSize: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${grpcPort}`, {
    settings: { initialWindowSize },
    createConnection: () => connectTcp({ host: '127.0.0.1', port: grpcPort, localAddress: address }),
  });
  session.on('error', () => undefined);
  return session;
}

const headersOf = (rpc: string) => ({
  ':method': 'POST',
  ':path': `/finance.funds.v1.FundsService/${rpc}`,
  'content-type': 'application/grpc',
  te: 'trailers',
});

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

import { gzipSync } from 'node:zlib';
import type { Call } from './call.ts';

/** Each message is within what a server takes by default, 64 KiB, and costs it most for its size. */
const messageBytes = 60_000;

const funds = 'finance.funds.v1.FundsService';
const listFunds = `${funds}/ListFunds`;
const batchGetFunds = `${funds}/BatchGetFunds`;
const batchCheckAccess = 'finance.permission.v1.PermissionService/BatchCheckAccess';

/** What no honest request holds so many of, by the RPC that takes it. */
const messages: readonly (readonly [rpc: string, message: Buffer])[] = [
  [batchGetFunds, lengthDelimited(2, repeated(0x01))],
  [batchGetFunds, repeated(0x10, 0x01)],
  [batchCheckAccess, lengthDelimited(2, repeated(0x01))],
  [listFunds, lengthDelimited(6, lengthDelimited(5, repeated(0x01)))],
  [listFunds, repeated(0x32, 0x00)],
  [listFunds, lengthDelimited(5, repeated(0x61, 0x20))],
  [listFunds, repeated(0xf8, 0x07, 0x01)],
  [listFunds, repeated(0x7b, 0x7c)],
];

/** Ids of JSON, a value every two bytes. */
const json = Buffer.from(`{"viewerUserId":2,"fundIds":[${'1,'.repeat(messageBytes / 2)}1]}`);

/** Calls whose request is small, or small on the wire, and dear to decode: by gRPC, gRPC-Web, Connect and JSON. */
export function bombs(): readonly Call[] {
  const calls: Call[] = [];
  for (const [rpc, message] of messages) {
    const packed = gzipSync(message);
    for (const port of ['grpc', 'http'] as const) {
      calls.push({ port, rpc, type: 'application/grpc', body: framed(message) });
      calls.push({
        port,
        rpc,
        type: 'application/grpc',
        body: framed(packed, true),
        encoding: ['grpc-encoding', 'gzip'],
      });
    }
    const web = { port: 'http', rpc, type: 'application/grpc-web+proto' } as const;
    calls.push({ ...web, body: framed(packed, true), encoding: ['grpc-encoding', 'gzip'] });
    const connect = { port: 'http', rpc, type: 'application/proto' } as const;
    calls.push({ ...connect, body: message }, { ...connect, body: packed, encoding: ['content-encoding', 'gzip'] });
  }
  const asJson = { port: 'http', rpc: batchGetFunds, type: 'application/json' } as const;
  calls.push({ ...asJson, body: json }, { ...asJson, body: gzipSync(json), encoding: ['content-encoding', 'gzip'] });
  return calls;
}

/** The same for health, which asks for no credential, up to a MiB. */
export function healthBombs(): readonly Call[] {
  const large = [repeated(0x10, 0x01), repeated(0x0a, 0x01, 0x61), repeated(0x13, 0x14)];
  return ['Check', 'List', 'Watch'].flatMap((name) =>
    large.flatMap((message) =>
      (['grpc', 'http'] as const).flatMap((port): Call[] => {
        const call = { port, rpc: `grpc.health.v1.Health/${name}`, type: 'application/grpc' } as const;
        const packed = gzipSync(Buffer.concat(Array.from({ length: 17 }, () => message)));
        return [
          { ...call, body: framed(message) },
          { ...call, body: framed(packed, true), encoding: ['grpc-encoding', 'gzip'] },
        ];
      }),
    ),
  );
}

/** A message as gRPC frames it. */
export function framed(message: Buffer, isCompressed = false): Buffer {
  const head = Buffer.alloc(5);
  head[0] = isCompressed ? 1 : 0;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function repeated(...pattern: readonly number[]): Buffer {
  return Buffer.alloc(messageBytes - (messageBytes % pattern.length), Buffer.from(pattern));
}

function lengthDelimited(field: number, content: Buffer): Buffer {
  const length = content.length;
  return Buffer.concat([
    Buffer.of(field * 8 + 2, (length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14),
    content,
  ]);
}

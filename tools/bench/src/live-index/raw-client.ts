import { Client, credentials } from '@grpc/grpc-js';
import { emptyRequest, healthCheckPath, listFundsPath, type EncodedRequest } from '../questions/raw-messages.ts';

/**
 * A native gRPC client of bytes: encoding and decoding a page would cost as much as the server's part, and hide it.
 */
export interface RawClient {
  listFunds(request: EncodedRequest): Promise<Buffer>;
  /** The empty RPC: `grpc.health.v1.Health/Check`. */
  check(): Promise<Buffer>;
  close(): void;
}

const bytes = (value: Buffer): Buffer => value;
/** No call is worth more; the temporary table takes ten seconds. */
const timeoutMs = 120_000;

export function createRawClient(grpcUrl: string): RawClient {
  // A pool of its own: clients of one address would share a connection.
  const options = { 'grpc.use_local_subchannel_pool': 1 };
  const client = new Client(new URL(grpcUrl).host, credentials.createInsecure(), options);
  const call = (path: string, request: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + timeoutMs;
      client.makeUnaryRequest(path, bytes, bytes, request, { deadline }, (error, answer) => {
        if (error || !answer) reject(error ?? new Error('no answer'));
        else resolve(answer);
      });
    });
  return {
    listFunds: (request) => call(listFundsPath, request),
    check: () => call(healthCheckPath, emptyRequest),
    close: () => client.close(),
  };
}

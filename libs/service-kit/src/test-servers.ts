import { once } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { createRegistry } from '@bufbuild/protobuf';
import type { Message } from '@bufbuild/protobuf';
import { FundsService } from '@finance/contract/funds-service';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@finance/contract/rpc-error-details';
import { StatusSchema } from '@finance/contract/rpc-status';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { defineService } from './define-service.ts';
import { createLogger } from './logger.ts';
import type { ServiceHandlers } from './rpc-context.ts';
import type { ServersOptions } from './prepare-serving.ts';
import { startServers } from './start-servers.ts';
import type { RunningServers } from './start-servers.ts';

/** A log line as the tests look at it. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A logger that keeps its lines. */
export function recordingLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { log: createLogger({ name: 'test', level: 'debug' }, { write }), lines };
}

/** Serves these handlers of FundsService on free ports until the test ends. */
export async function serveFunds(
  handlers: ServiceHandlers<typeof FundsService>,
  config: Partial<ServersOptions['config']> = {},
  more: Partial<ServersOptions> = {},
): Promise<RunningServers & { lines: LogLine[] }> {
  const { log, lines } = recordingLog();
  const servers = await startServers({
    services: [defineService(FundsService, handlers)],
    config: {
      HOST: '127.0.0.1',
      GRPC_PORT: 0,
      HTTP_PORT: 0,
      REQUEST_TIMEOUT_MS: 5_000,
      MAX_MESSAGE_BYTES: 1024 * 1024,
      SHUTDOWN_GRACE_MS: 300,
      ...config,
    },
    log,
    ...more,
  });
  onTestFinished(() => servers.close());
  return { ...servers, lines };
}

/** A grpc-js client of these servers until the test ends. */
export function grpcClient(servers: RunningServers): Client {
  const client = new Client(servers.grpcAddress, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

/** What a unary call over native gRPC brought. */
export interface GrpcOutcome<O extends DescMessage> {
  readonly message: MessageShape<O> | undefined;
  readonly error: ServiceError | undefined;
  readonly header: Metadata;
}

/** A unary call over native gRPC; bytes are sent as they are. */
export async function grpcUnary<I extends DescMessage, O extends DescMessage>(
  client: Client,
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I> | Buffer,
  options: CallOptions & { headers?: Record<string, string>; abort?: AbortSignal } = {},
): Promise<GrpcOutcome<O>> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.headers ?? {})) metadata.set(name, value);
  const bytes = Buffer.isBuffer(request)
    ? request
    : Buffer.from(toBinary(method.input, create(method.input, request as MessageInitShape<I>)));
  let header = new Metadata();
  return new Promise((resolve) => {
    const call = client.makeUnaryRequest(
      `/${method.parent.typeName}/${method.name}`,
      (raw: Buffer) => raw,
      (raw: Buffer) => fromBinary(method.output, raw),
      bytes,
      metadata,
      options,
      (error, message) => resolve({ message, error: error ?? undefined, header }),
    );
    call.on('metadata', (received) => (header = received));
    options.abort?.addEventListener('abort', () => call.cancel());
  });
}

const detailTypes = createRegistry(ErrorInfoSchema, BadRequestSchema, RetryInfoSchema);

/** The details of a native gRPC error. */
export function detailsOf(error: ServiceError | undefined): Message[] {
  const [bytes] = error?.metadata.get('grpc-status-details-bin') ?? [];
  if (!(bytes instanceof Buffer)) return [];
  return fromBinary(StatusSchema, bytes).details.flatMap((detail) => anyUnpack(detail, detailTypes) ?? []);
}

/** A unary call as plain curl makes it. */
export async function postJson(
  servers: RunningServers,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${servers.httpUrl}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Waits for a signal to abort and returns its reason. */
export async function aborted(signal: AbortSignal): Promise<unknown> {
  if (!signal.aborted) await once(signal, 'abort');
  return signal.reason;
}

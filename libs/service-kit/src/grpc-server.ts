import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import type { ServerOptions, ServiceDefinition, UntypedHandleCall } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { DefinedService } from './define-service.ts';
import { grpcHandler } from './grpc-handlers.ts';
import { answerBytesMax, headerBytesMax } from './serving-options.ts';
import type { Listener, ServingOptions } from './serving-options.ts';
import { listenProblem } from './startup-error.ts';

const minuteMs = 60_000;

/** Every limit explicitly, because grpc-js leaves most of them open. */
function grpcLimits(maxMessageBytes: number): ServerOptions {
  return {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': answerBytesMax,
    // A busy service shares few connections; a thousand calls at once on one is more than any pool behind us serves.
    'grpc.max_concurrent_streams': 1_000,
    // MiB of buffers a connection may hold; grpc-js would disable the check.
    'grpc-node.max_session_memory': 256,
    // Finds peers that vanished without a FIN, whose streams would otherwise stay open.
    'grpc.keepalive_time_ms': minuteMs,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.max_connection_idle_ms': 10 * minuteMs,
    // Makes clients resolve again now and then, so that new instances get their share; streams get time to end.
    'grpc.max_connection_age_ms': 30 * minuteMs,
    'grpc.max_connection_age_grace_ms': 10 * minuteMs,
    // Costs time on every call and is read by nobody.
    'grpc.enable_channelz': 0,
  };
}

/** grpc-js has no option for it and node's default is 16 MiB a request; a test tells should this stop working. */
function limitHeaders(server: Server): void {
  const http2Options = server['commonServerOptions'];
  http2Options.settings = { ...http2Options.settings, maxHeaderListSize: headerBytesMax };
}

/** Serves the services over native gRPC. Throws a StartupError when the address cannot be had. */
export async function listenGrpc(options: ServingOptions, host: string, port: number): Promise<Listener> {
  const server = new Server(grpcLimits(options.maxMessageBytes));
  limitHeaders(server);
  for (const service of options.services) {
    server.addService(definitionOf(service), handlersOf(service, options));
  }
  setLogger(quietLogger(options.log));
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const boundPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${shownHost}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(listenProblem(error, host, port, 'GRPC_PORT'));
    });
  });
  return { port: boundPort, close: (graceMs) => closeServer(server, `${shownHost}:${boundPort}`, graceMs) };
}

/** grpc-js writes to stderr of its own accord, also what it reports to its caller anyway. */
function quietLogger(log: Logger): Partial<Console> {
  const write = (...words: unknown[]) => log.debug(words.join(' '));
  return { error: write, info: write, debug: write };
}

/** Time for cut-off connections to vanish; a peer that hangs could keep its half open for ever. */
const cutOffMs = 200;

/**
 * `drain` cuts connections off after the grace and `tryShutdown` stops listening and tells when all is closed; in this
 * order, because `drain` forgets connections that are closing already. (`forceShutdown` finds no connections unless
 * channelz is on.)
 */
function closeServer(server: Server, address: string, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(resolve, graceMs + cutOffMs);
    server.drain(address, graceMs);
    server.tryShutdown(() => {
      clearTimeout(giveUp);
      resolve();
    });
  });
}

function definitionOf(service: DefinedService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map(({ desc, kind }) => [
      desc.localName,
      {
        path: `/${service.desc.typeName}/${desc.name}`,
        requestStream: kind === 'bidi_streaming',
        responseStream: kind !== 'unary',
        requestSerialize: sameBytes,
        requestDeserialize: sameBytes,
        responseSerialize: sameBytes,
        responseDeserialize: sameBytes,
      },
    ]),
  );
}

function handlersOf(service: DefinedService, options: ServingOptions): Record<string, UntypedHandleCall> {
  return Object.fromEntries(service.methods.map((method) => [method.desc.localName, grpcHandler(method, options)]));
}

function sameBytes(bytes: Buffer): Buffer {
  return bytes;
}

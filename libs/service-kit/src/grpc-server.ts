import { constants } from 'node:http2';
import type { Http2Stream } from 'node:http2';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import type { ServerOptions, ServiceDefinition, UntypedHandleCall } from '@grpc/grpc-js';
import type { DefinedService } from './define-service.ts';
import { GrpcGate } from './grpc-gate.ts';
import { grpcHandler } from './grpc-handlers.ts';
import { listenOn } from './listen-on.ts';
import { createConnectionEnds } from './limits/connection-ends.ts';
import { createConnectionShedder } from './limits/connection-shedder.ts';
import { createFloodDelay } from './limits/flood-delay.ts';
import { followingTls } from './identity/server-tls.ts';
import { limitHandshake } from './limits/handshake-limit.ts';
import { createStreamWatch } from './limits/stream-watch.ts';
import { answerBytesMax, headerBytesMax, unreadStreamMs } from './serving-options.ts';
import type { Listener, ListenerOptions, ServingOptions } from './serving-options.ts';

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
export async function listenGrpc(options: ServingOptions, listener: ListenerOptions): Promise<Listener> {
  setLogger(silent);
  const watch = createStreamWatch<Http2Stream>(options.requestTimeoutMs + unreadStreamMs, (stream) =>
    stream.close(constants.NGHTTP2_CANCEL),
  );
  const shedder = createConnectionShedder((shed) => {
    options.rpcMetrics?.connectionsShed(shed.connections);
    options.log.warn(shed, 'too many calls: ended connections');
  });
  const ends = createConnectionEnds(listener.connectionAgeMs, options.openCalls);
  const gate = new GrpcGate(options, listener, { watch, shedder, ends });
  const server = new Server({ ...grpcLimits(options.maxMessageBytes), interceptors: [gate.interceptor] });
  limitHeaders(server);
  gate.guard(server);
  for (const service of options.services) {
    server.addService(definitionOf(service), handlersOf(service, options));
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  // That of an idle connection, which grpc-js would close while calls are on their way.
  server['closeSession'] = ends.end;
  const floodDelay = createFloodDelay();
  for (const http2Server of server['http2Servers'].keys()) {
    limitHandshake(http2Server);
    floodDelay.watch(http2Server);
    ends.watch(http2Server);
  }
  const inject = (socket: Socket) =>
    floodDelay.serve(socket, () =>
      shedder.serve(socket, () => ends.arrive(socket, () => injector.injectConnection(socket))),
    );
  const owner =
    listener.tls === undefined
      ? createServer(inject)
      : followingTls(createTlsServer({ ...listener.tls.current.options, ALPNProtocols: ['h2'] }, inject), listener.tls);
  owner.maxConnections = listener.connectionsMax;
  // A failed handshake has nobody to tell.
  owner.on('tlsClientError', (error: Error) => options.log.debug({ err: error }, 'TLS handshake failed'));
  const sockets = new Set<Socket>();
  owner.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listenOn(owner, listener, 'GRPC_PORT');
  const close = (graceMs: number) =>
    new Promise<void>((resolve) => {
      const grace = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
      owner.close(() => {
        clearTimeout(grace);
        watch.close();
        // Earlier, it would close connections that still have calls on their way.
        injector.destroy();
        resolve();
      });
      shedder.close();
      ends.endAll();
    });
  return { port, close };
}

/** grpc-js writes to stderr of its own accord: what it reports to its caller anyway, and with GRPC_TRACE all headers. */
const silent: Partial<Console> = { error: () => undefined, info: () => undefined, debug: () => undefined };

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

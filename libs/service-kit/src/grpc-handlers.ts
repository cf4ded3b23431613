import type { EventEmitter } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, Message, MessageInitShape } from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import { Metadata } from '@grpc/grpc-js';
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerWritableStream,
  StatusObject,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import type { ServedMethod } from './define-service.ts';
import { retryHeadersOf, statusBytesFrom } from './error-mapping.ts';
import type { RpcFailure } from './error-mapping.ts';
import { gateContextOf } from './grpc-gate.ts';
import { checkValues } from './limits/message-values.ts';
import { unread, UnreadAnswer } from './limits/unread-answer.ts';
import { strategyOf } from './metrics/rpc-metrics.ts';
import { requestIdHeader } from './request-id.ts';
import { ServerCall } from './server-call.ts';
import type { ServingOptions } from './serving-options.ts';
import { traceParentHeader } from './tracing.ts';

/** Both directions are bytes to grpc-js: it would answer INTERNAL when its own (de)serialiser throws. */
type UnaryCall = Parameters<handleUnaryCall<Buffer, Buffer>>[0];
type StreamCall = ServerWritableStream<Buffer, Buffer>;
type BidiCall = ServerDuplexStream<Buffer, Buffer>;

/** Binds a method to grpc-js: decodes, runs, encodes, and turns every error into a status with details. */
export function grpcHandler(method: ServedMethod, options: ServingOptions): UntypedHandleCall {
  switch (method.kind) {
    case 'unary': {
      const { desc, handle, encode: encodeAnswer } = method;
      const serve: handleUnaryCall<Buffer, Buffer> = (grpcCall, respond) => {
        const call = startCall(method, grpcCall, options);
        const answer = async () => {
          enter(grpcCall);
          const turn = call.turn();
          if (turn) await turn;
          return call.measured(() => handle(decode(desc.input, grpcCall.request), call));
        };
        const encoded = async () => {
          const message = await call.traced(answer);
          const bytes = call.measured(() =>
            encodeAnswer ? encodeAnswer(create(desc.output, message)) : encode(desc.output, message),
          );
          return { bytes, strategy: strategyOf(desc, message) };
        };
        call.race(encoded()).then(
          ({ bytes, strategy }) => {
            call.succeed(strategy);
            grpcCall.sendMetadata(headerOf(call));
            respond(null, bytes);
          },
          (error: unknown) => respond(statusOf(call, call.fail(error))),
        );
      };
      return serve;
    }
    case 'server_streaming': {
      const { desc, handle } = method;
      const serve: handleServerStreamingCall<Buffer, Buffer> = (grpcCall) => {
        const call = startCall(method, grpcCall, options);
        const answers = () => {
          enter(grpcCall);
          return handle(decode(desc.input, grpcCall.request), call);
        };
        void sendAll(grpcCall, call, desc.output, answers);
      };
      return serve;
    }
    case 'bidi_streaming': {
      const { desc, handle } = method;
      const serve: handleBidiStreamingCall<Buffer, Buffer> = (grpcCall) => {
        const call = startCall(method, grpcCall, options);
        void sendAll(grpcCall, call, desc.output, () => handle(decodeAll(desc.input, grpcCall), call));
      };
      return serve;
    }
  }
}

/** Takes the call's place, before anything is decoded. */
const enter = (grpcCall: UnaryCall | StreamCall | BidiCall): void => gateContextOf(grpcCall.getAuthContext()).enter();

function startCall(method: ServedMethod, grpcCall: UnaryCall | StreamCall | BidiCall, options: ServingOptions) {
  const deadline = grpcCall.getDeadline();
  const { caller, requestId, session } = gateContextOf(grpcCall.getAuthContext());
  const call = new ServerCall(
    {
      method: method.desc,
      connection: session,
      transport: 'grpc',
      requestId,
      caller,
      callerAddress: grpcCall.getPeer(),
      clientDeadlineMs: deadline === Infinity ? undefined : Number(deadline),
      traceParent: options.tracing && textOf(grpcCall.metadata.get(traceParentHeader)[0]),
    },
    options,
  );
  // Emitted after every call; only for one that has not ended does it mean anything.
  const emitter: EventEmitter = grpcCall;
  emitter.on('cancelled', () => call.cancel());
  return call;
}

const textOf = (value: string | Buffer | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

async function sendAll(
  grpcCall: StreamCall | BidiCall,
  call: ServerCall,
  output: DescMessage,
  answers: () => AsyncIterable<MessageInitShape<DescMessage>>,
): Promise<void> {
  const reader = new UnreadAnswer(() => call.abort(unread()));
  try {
    let headersSent = false;
    for await (const answer of call.items(answers())) {
      if (!headersSent) grpcCall.sendMetadata(headerOf(call));
      headersSent = true;
      const bytes = call.measured(() => encode(output, answer));
      reader.wrote();
      if (!grpcCall.write(bytes, reader.taken)) await call.race(drained(grpcCall));
    }
    call.succeed();
    if (!headersSent) grpcCall.sendMetadata(headerOf(call));
    grpcCall.end();
  } catch (error) {
    const failure = call.fail(error);
    if (!grpcCall.destroyed) grpcCall.emit('error', statusOf(call, failure));
  } finally {
    reader.close();
    gateContextOf(grpcCall.getAuthContext()).answered();
  }
}

/** Resolves when the caller has read enough for another write. */
function drained(grpcCall: StreamCall | BidiCall): Promise<void> {
  return new Promise((resolve) => grpcCall.once('drain', resolve));
}

async function* decodeAll(input: DescMessage, grpcCall: BidiCall): AsyncGenerator<Message> {
  // Destroying the stream when the handler stops reading would also end the answers.
  const requests: AsyncIterable<Buffer> = grpcCall.iterator({ destroyOnReturn: false });
  let isEntered = false;
  for await (const bytes of requests) {
    if (!isEntered) enter(grpcCall);
    isEntered = true;
    yield decode(input, bytes);
  }
}

function decode(input: DescMessage, bytes: Buffer): Message {
  checkValues(bytes);
  try {
    return fromBinary(input, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new DomainError(
      'FIELD_INVALID',
      `the request bytes are not a ${input.typeName}: check the version of the contract`,
      {},
      { cause: error },
    );
  }
}

function encode(output: DescMessage, answer: MessageInitShape<DescMessage>): Buffer {
  const bytes = toBinary(output, create(output, answer));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function headerOf(call: ServerCall): Metadata {
  const metadata = new Metadata();
  metadata.set(requestIdHeader, call.requestId);
  return metadata;
}

function statusOf(call: ServerCall, failure: RpcFailure): StatusObject {
  const metadata = headerOf(call);
  metadata.set('grpc-status-details-bin', Buffer.from(statusBytesFrom(failure)));
  for (const [name, value] of Object.entries(retryHeadersOf(failure))) metadata.set(name, value);
  return { code: Number(failure.code), details: failure.message, metadata };
}

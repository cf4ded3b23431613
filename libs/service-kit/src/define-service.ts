import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  DescMessage,
} from '@bufbuild/protobuf';
import { DomainError } from '@finance/domain';
import { ownViewerCheck } from './identity/authorize.ts';
import type { AnswerEncoders, RpcContext, ServiceHandlers } from './rpc-context.ts';

type Answer = MessageInitShape<DescMessage>;
type UnaryHandler = (request: Message, context: RpcContext) => Promise<Answer>;
type ServerStreamHandler = (request: Message, context: RpcContext) => AsyncIterable<Answer>;
type BidiHandler = (requests: AsyncIterable<Message>, context: RpcContext) => AsyncIterable<Answer>;

type AnswerEncoder = (answer: Message) => Buffer;

/** A method together with its one implementation, as the transports serve it. */
export type ServedMethod =
  | {
      readonly kind: 'unary';
      readonly desc: DescMethodUnary;
      readonly handle: UnaryHandler;
      /** Makes the answer's bytes for native gRPC where protobuf's own encoder is too slow; they must be the same. */
      readonly encode?: AnswerEncoder | undefined;
    }
  | {
      readonly kind: 'server_streaming';
      readonly desc: DescMethodServerStreaming;
      readonly handle: ServerStreamHandler;
    }
  | { readonly kind: 'bidi_streaming'; readonly desc: DescMethodBiDiStreaming; readonly handle: BidiHandler };

/** A service that every transport can serve; made by {@link defineService}. */
export interface DefinedService {
  readonly desc: DescService;
  readonly methods: readonly ServedMethod[];
}

/**
 * Binds handlers to a generated service. Every method of the service is served: one without a handler answers
 * UNIMPLEMENTED with reason NOT_IMPLEMENTED, and a caller who acts as itself reaches a handler only with its own user
 * id. Throws for a method that is not in the table of requirements, and for a client-streaming method, which no transport
 * here serves.
 *
 * @param encoders by localName, for answers whose bytes have to be made faster than protobuf's encoder does
 */
export function defineService<S extends DescService>(
  desc: S,
  handlers: ServiceHandlers<S>,
  encoders?: AnswerEncoders<S>,
): DefinedService;
export function defineService(
  desc: DescService,
  handlers: Readonly<Record<string, UnaryHandler | ServerStreamHandler | BidiHandler | undefined>>,
  encoders: Readonly<Record<string, AnswerEncoder | undefined>> = {},
): DefinedService {
  const methods = desc.methods.map((method) => served(method, handlers[method.localName], encoders[method.localName]));
  return { desc, methods };
}

/** The casts restate what ServiceHandlers has checked and what methodKind tells. */
function served(
  method: DescMethod,
  handler: UnaryHandler | ServerStreamHandler | BidiHandler | undefined,
  encode: AnswerEncoder | undefined,
): ServedMethod {
  const check = ownViewerCheck(method);
  switch (method.methodKind) {
    case 'unary': {
      const handle = (handler as UnaryHandler | undefined) ?? (() => Promise.reject(notImplemented(method.name)));
      return {
        kind: 'unary',
        desc: method as DescMethodUnary,
        handle: check
          ? (request, context) => {
              const refusal = check(request, context.caller);
              return refusal ? Promise.reject(refusal) : handle(request, context);
            }
          : handle,
        encode,
      };
    }
    case 'server_streaming': {
      const handle = (handler as ServerStreamHandler | undefined) ?? (() => refusing(notImplemented(method.name)));
      return {
        kind: 'server_streaming',
        desc: method as DescMethodServerStreaming,
        handle: check
          ? (request, context) => {
              const refusal = check(request, context.caller);
              return refusal ? refusing(refusal) : handle(request, context);
            }
          : handle,
      };
    }
    case 'bidi_streaming':
      if (check) throw new Error(`${method.name}: a stream of requests has no one viewer`);
      return {
        kind: 'bidi_streaming',
        desc: method as DescMethodBiDiStreaming,
        handle: (handler as BidiHandler | undefined) ?? (() => refusing(notImplemented(method.name))),
      };
    case 'client_streaming':
      throw new Error(`${method.parent.typeName}.${method.name}: client streaming is not served`);
  }
}

function notImplemented(rpc: string): DomainError {
  return new DomainError('NOT_IMPLEMENTED', `${rpc} is not served yet`, { rpc });
}

function refusing(refusal: DomainError): AsyncIterable<Answer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }) };
}

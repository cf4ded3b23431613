import { Code } from '@connectrpc/connect';
import { ServerReflection } from '@finance/contract/grpc-reflection-v1';
import type { ServerReflectionRequest } from '@finance/contract/grpc-reflection-v1';
import { ServerReflection as ServerReflectionAlpha } from '@finance/contract/grpc-reflection-v1alpha';
import type { ServerReflectionRequest as ServerReflectionRequestAlpha } from '@finance/contract/grpc-reflection-v1alpha';
import { defineService } from './define-service.ts';
import type { DefinedService } from './define-service.ts';
import { indexDescriptors } from './descriptor-index.ts';
import type { DescriptorIndex } from './descriptor-index.ts';
import type { RpcContext } from './rpc-context.ts';

/**
 * `grpc.reflection.v1` and `v1alpha` (older clients ask only for the latter) for these services and for reflection
 * itself. A file is answered together with all its imports; what is not found is an ErrorResponse with NOT_FOUND.
 */
export function reflectionServices(services: readonly DefinedService[]): DefinedService[] {
  const described = [...services.map(({ desc }) => desc), ServerReflection, ServerReflectionAlpha];
  const index = indexDescriptors(described);
  return [
    defineService(ServerReflection, {
      async *serverReflectionInfo(requests, context) {
        for await (const request of untilDraining(requests, context)) {
          yield { validHost: request.host, originalRequest: request, messageResponse: answer(index, request) };
        }
      },
    }),
    defineService(ServerReflectionAlpha, {
      async *serverReflectionInfo(requests, context) {
        for await (const request of untilDraining(requests, context)) {
          yield { validHost: request.host, originalRequest: request, messageResponse: answer(index, request) };
        }
      },
    }),
  ];
}

/** A caller may keep its stream open for ever; it must not hold up a shutdown. */
async function* untilDraining<T>(requests: AsyncIterable<T>, { draining }: RpcContext): AsyncGenerator<T> {
  const iterator = requests[Symbol.asyncIterator]();
  const end = Promise.withResolvers<IteratorResult<T, undefined>>();
  const stop = () => end.resolve({ done: true, value: undefined });
  draining.addEventListener('abort', stop, { once: true });
  if (draining.aborted) stop();
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), end.promise]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    draining.removeEventListener('abort', stop);
  }
}

function answer(index: DescriptorIndex, request: ServerReflectionRequest | ServerReflectionRequestAlpha) {
  const asked = request.messageRequest;
  switch (asked.case) {
    case 'listServices': {
      const service = index.serviceNames.map((name) => ({ name }));
      return { case: 'listServicesResponse', value: { service } } as const;
    }
    case 'fileByFilename':
      return files(index.fileByName(asked.value), 'file');
    case 'fileContainingSymbol':
      return files(index.fileBySymbol(asked.value), 'symbol');
    case 'fileContainingExtension':
      return files(index.fileByExtension(asked.value.containingType, asked.value.extensionNumber), 'extension');
    case 'allExtensionNumbersOfType': {
      const extensionNumber = index.extensionNumbers(asked.value);
      if (extensionNumber === undefined) return notFound('type');
      return { case: 'allExtensionNumbersResponse', value: { baseTypeName: asked.value, extensionNumber } } as const;
    }
    case undefined:
      return failed(Code.InvalidArgument, 'the request asks for nothing');
  }
}

function files(fileDescriptorProto: Uint8Array[] | undefined, what: string) {
  if (fileDescriptorProto === undefined) return notFound(what);
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } } as const;
}

function notFound(what: string) {
  return failed(Code.NotFound, `unknown ${what}`);
}

function failed(errorCode: Code, errorMessage: string) {
  return { case: 'errorResponse', value: { errorCode, errorMessage } } as const;
}

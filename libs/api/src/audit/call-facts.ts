import { hash } from 'node:crypto';
import { toBinary, type DescMethod, type Message } from '@bufbuild/protobuf';
import type { CallFacts } from '@finance/domain';
import { viewerOf, type RpcContext } from '@finance/service-kit';

/** SHA-256 of a request in binary protobuf, hex: what an entry keeps of a call's arguments. */
export const argumentsHash = (method: DescMethod, request: Message): string =>
  hash('sha256', toBinary(method.input, request));

/** Who asks what for whom. The hash is made when it is asked for: most calls of a service that records no reads never do. */
export function callFacts(method: DescMethod, request: Message, context: RpcContext): CallFacts {
  return {
    caller: context.caller.subject,
    callerAddress: context.callerAddress,
    requestId: context.requestId,
    rpc: `${method.parent.typeName}/${method.name}`,
    viewerUserId: viewerOf(method, request, context.caller),
    get argumentsHash() {
      return argumentsHash(method, request);
    },
  };
}

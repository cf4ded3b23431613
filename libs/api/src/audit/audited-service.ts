import type { DescMessage, Message, MessageInitShape } from '@bufbuild/protobuf';
import type { CallRecorder, CallResult, OpenCall } from '@finance/domain';
import { rpcFailureFrom, type DefinedService, type RpcContext, type ServedMethod } from '@finance/service-kit';
import type { ConsistencyTokens } from '../consistency.ts';
import { callFacts } from './call-facts.ts';
import { answerResult, refusal, startOfAnswer, type AnswerStart } from './call-result.ts';

type Answer = MessageInitShape<DescMessage>;

/** What puts calls on record. */
export interface CallAudit {
  readonly calls: CallRecorder;
  readonly consistency: Pick<ConsistencyTokens, 'positionOf'>;
}

/**
 * The same service, with every call on record: who asked what for whom, and what came of it. An answer goes out when
 * its record is as safe as the recorder promises; where it cannot be, the call fails.
 */
export function auditedService(service: DefinedService, audit: CallAudit): DefinedService {
  return { ...service, methods: service.methods.map((method) => auditedMethod(method, audit)) };
}

function auditedMethod(method: ServedMethod, audit: CallAudit): ServedMethod {
  switch (method.kind) {
    case 'unary':
      return {
        ...method,
        handle: (request: Message, context: RpcContext) => auditedCall(method, audit, request, context),
      };
    case 'server_streaming':
      return {
        ...method,
        handle: (request: Message, context: RpcContext) => auditedStream(method, audit, request, context),
      };
    case 'bidi_streaming':
      throw new Error(`${method.desc.name}: calls without one request cannot be put on record`);
  }
}

type UnaryMethod = Extract<ServedMethod, { kind: 'unary' }>;
type StreamMethod = Extract<ServedMethod, { kind: 'server_streaming' }>;

async function auditedCall(
  { desc, handle }: UnaryMethod,
  { calls, consistency }: CallAudit,
  request: Message,
  context: RpcContext,
): Promise<Answer> {
  const call = calls.begin(callFacts(desc, request, context));
  const answer = await call
    .within(() => handle(request, context))
    .catch((error: unknown) => endRefused(call, error, context));
  await call.end(answerResult(desc.output, startOfAnswer(desc.output, answer, consistency), [answer]));
  return answer;
}

/**
 * On record when its first message leaves, and again when it ends, also by a caller who had enough, with the count of what
 * was handed out: a process that dies in between leaves the beginning.
 */
async function* auditedStream(
  { desc, handle }: StreamMethod,
  { calls, consistency }: CallAudit,
  request: Message,
  context: RpcContext,
): AsyncGenerator<Answer> {
  const call = calls.begin(callFacts(desc, request, context));
  const stream = call.within(() => handle(request, context)[Symbol.asyncIterator]());
  let start: AnswerStart | undefined;
  let count = 0n;
  let outcome: string | undefined;
  try {
    for (;;) {
      const step = await call.within(() => stream.next());
      if (step.done === true) break;
      if (start === undefined) {
        start = startOfAnswer(desc.output, step.value, consistency);
        await call.began({ outcome: 'OK', resultCount: null, ...start });
      }
      count += answerResult(desc.output, start, [step.value]).resultCount ?? 0n;
      yield step.value;
    }
    outcome = 'OK';
  } catch (error) {
    outcome = outcomeOf(error, context);
    throw error;
  } finally {
    await stream.return?.();
    // Without an end of its own the stream was stopped from outside: the caller left, or the time was up.
    outcome ??= context.signal.aborted ? outcomeOf(context.signal.reason, context) : 'CANCELLED';
    await call.end({ ...(start ?? refusal(outcome)), outcome, resultCount: count });
  }
}

async function endRefused(call: OpenCall, error: unknown, context: RpcContext): Promise<never> {
  await call.end(refusal(outcomeOf(error, context)));
  throw error;
}

/** The reason that the caller is told. */
const outcomeOf = (error: unknown, { requestId }: RpcContext): CallResult['outcome'] =>
  rpcFailureFrom(error, requestId).reason ?? 'INTERNAL';

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { expect, test } from 'vitest';
import { grpcClient, grpcUnary, postJson, serveFunds } from './test-servers.ts';

/** What an SDK would send away. */
interface Recorded {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly facts: Record<string, unknown>;
  ended: boolean;
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentSpanId = 'b7ad6b7169203331';
const recorded: Recorded[] = [];

/** As little of an SDK as the API lets one be. */
function loadSdk(): void {
  const storage = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.apply(self, args)),
    bind: (_, target) => target,
    enable: () => undefined as never,
    disable: () => undefined as never,
  });
  const propagator: TextMapPropagator<Record<string, string>> = {
    fields: () => ['traceparent'],
    inject: () => undefined,
    extract: (into, carrier) => {
      const [, id, spanId] = carrier['traceparent']?.split('-') ?? [];
      if (id === undefined || spanId === undefined) return into;
      return trace.setSpanContext(into, { traceId: id, spanId, traceFlags: 1 });
    },
  };
  propagation.setGlobalPropagator(propagator);
  const startSpan = (name: string, options: { attributes?: object } = {}, from: Context = context.active()): Span => {
    const parent = trace.getSpanContext(from);
    const one: Recorded = {
      name,
      traceId: parent?.traceId ?? '1'.repeat(32),
      parentSpanId: parent?.spanId,
      facts: { ...options.attributes },
      ended: false,
    };
    recorded.push(one);
    const own: SpanContext = { traceId: one.traceId, spanId: `${recorded.length}`.padStart(16, '0'), traceFlags: 1 };
    const span: Span = {
      spanContext: () => own,
      setAttribute: (key, value) => ((one.facts[key] = value), span),
      setAttributes: () => span,
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: (status) => ((one.facts['status'] = status.code), span),
      updateName: () => span,
      end: () => void (one.ended = true),
      isRecording: () => true,
      recordException: () => undefined,
    };
    return span;
  };
  const tracer = { startSpan, startActiveSpan: () => undefined as never };
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
}

test('without an SDK nothing is traced; with one every call is a span in the trace of its caller', async () => {
  const without = await serveFunds({
    listFunds: async () => ({ nextPageToken: traceHere() }),
  });
  expect(await postJson(without, 'finance.funds.v1.FundsService/ListFunds', '{}')).toMatchObject({ status: 200 });

  loadSdk();
  const servers = await serveFunds({
    listFunds: async () => {
      await sleep(1);
      return { nextPageToken: traceHere() };
    },
    getFund: () => Promise.reject(new DomainError('FUND_ACCESS_DENIED', 'no')),
  });
  const headers = { traceparent: `00-${traceId}-${parentSpanId}-01` };
  recorded.length = 0;
  const page = await grpcUnary(grpcClient(servers), FundsService.method.listFunds, {}, { headers });
  // What is called on behalf of the call belongs to its span.
  expect(page.message?.nextPageToken).toBe(`00-${traceId}-0000000000000001-01`);
  const json = await postJson(servers, 'finance.funds.v1.FundsService/GetFund', '{}', headers);
  expect(json.status).toBe(403);
  const rpc = { 'rpc.system': 'grpc', 'rpc.service': 'finance.funds.v1.FundsService' };
  expect(recorded).toEqual([
    {
      name: 'finance.funds.v1.FundsService/ListFunds',
      traceId,
      parentSpanId,
      facts: { ...rpc, 'rpc.method': 'ListFunds', 'rpc.status': 'OK' },
      ended: true,
    },
    {
      name: 'finance.funds.v1.FundsService/GetFund',
      traceId,
      parentSpanId,
      facts: {
        ...rpc,
        'rpc.method': 'GetFund',
        'rpc.status': 'PERMISSION_DENIED',
        'error.type': 'FUND_ACCESS_DENIED',
        status: 2,
      },
      ended: true,
    },
  ]);
});

/** What a statement sent on behalf of the call would belong to. */
function traceHere(): string {
  const own = trace.getSpanContext(context.active());
  return own ? `00-${own.traceId}-${own.spanId}-01` : '';
}

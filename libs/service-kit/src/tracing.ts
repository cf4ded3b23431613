import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';

/** Spans of calls, for whoever has loaded an OpenTelemetry SDK before this program (docs/operations.md). */
export interface Tracing {
  /** Begins a call's span within the caller's trace, if it told one. */
  begin(rpc: string, traceParent: string | undefined): Span;
  /** Spans begun by `work` are part of this one. */
  within<T>(span: Span, work: () => T): T;
  end(span: Span, code: string, reason: string | undefined): void;
}

/** W3C Trace Context. */
export const traceParentHeader = 'traceparent';

/** Undefined without an SDK: calls then pay nothing. */
export function createTracing(): Tracing | undefined {
  const tracer = trace.getTracer('@finance/service-kit');
  // Without an SDK every span is the same one with an invalid context.
  const probe = tracer.startSpan('start');
  const collects = trace.isSpanContextValid(probe.spanContext());
  probe.end();
  if (!collects) return undefined;
  return {
    begin: (rpc, traceParent) => {
      const parent = propagation.extract(
        context.active(),
        traceParent === undefined ? {} : { traceparent: traceParent },
      );
      const [service = '', method = ''] = rpc.split('/');
      const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
      return tracer.startSpan(rpc, { kind: SpanKind.SERVER, attributes }, parent);
    },
    within: (span, work) => context.with(trace.setSpan(context.active(), span), work),
    end: (span, code, reason) => {
      span.setAttribute('rpc.status', code);
      if (reason !== undefined) span.setAttribute('error.type', reason);
      if (code !== 'OK') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

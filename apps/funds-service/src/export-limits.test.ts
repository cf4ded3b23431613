import { DomainError } from '@finance/domain';
import { createLogger, type RpcContext } from '@finance/service-kit';
import { expect, test } from 'vitest';
import { createExportLimits } from './export-limits.ts';

function call() {
  const caller = new AbortController();
  const server = new AbortController();
  const context: RpcContext = {
    signal: caller.signal,
    draining: server.signal,
    deadlineMs: undefined,
    requestId: 'test',
    log: createLogger({ name: 'test', level: 'silent' }),
    caller: { subject: 'test', userId: undefined, capabilities: new Set() },
    callerAddress: 'in-process',
  };
  return { caller, server, context };
}

const untilAborted = ({ signal }: RpcContext): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

test('an export beyond the limit of the engine is refused until another ends', async () => {
  for (const [engine, max] of [
    ['mysql', 2],
    ['sqlite', 1],
  ] as const) {
    const limits = createExportLimits(engine);
    const running = Array.from({ length: max }, () => {
      const { caller, context } = call();
      return { caller, ended: limits.run(context, untilAborted) };
    });
    const another = () => limits.run(call().context, async () => undefined);
    await expect(another()).rejects.toMatchObject({ reason: 'OVERLOADED' });
    running[0]!.caller.abort(new DomainError('CANCELLED', 'gone'));
    await expect(running[0]!.ended).rejects.toMatchObject({ reason: 'CANCELLED' });
    await another();
    for (const { caller, ended } of running.slice(1)) {
      caller.abort(new Error('gone'));
      await expect(ended).rejects.toThrow('gone');
    }
    await expect(limits.run(call().context, () => Promise.reject(new Error('on purpose')))).rejects.toThrow();
    await another();
  }
});

test('an export ends with its time, with the server and with a caller who had left before', async () => {
  await expect(createExportLimits('mysql', 20).run(call().context, untilAborted)).rejects.toMatchObject({
    reason: 'DEADLINE_EXCEEDED',
  });
  const { server, context } = call();
  const ended = createExportLimits('mysql').run(context, untilAborted);
  server.abort();
  await expect(ended).rejects.toMatchObject({ reason: 'SERVER_SHUTTING_DOWN' });
  await expect(createExportLimits('mysql').run(context, untilAborted)).rejects.toMatchObject({
    reason: 'SERVER_SHUTTING_DOWN',
  });
  const late = call();
  late.caller.abort(new DomainError('CANCELLED', 'gone'));
  await expect(createExportLimits('mysql').run(late.context, untilAborted)).rejects.toMatchObject({
    reason: 'CANCELLED',
  });
});

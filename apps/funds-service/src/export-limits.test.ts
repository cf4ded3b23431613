import { DomainError } from '@finance/domain';
import { createLogger, type RpcContext } from '@finance/service-kit';
import { expect, test } from 'vitest';
import { createExportLimits } from './export-limits.ts';

function call(subject = 'test') {
  const caller = new AbortController();
  const server = new AbortController();
  const context: RpcContext = {
    signal: caller.signal,
    draining: server.signal,
    deadlineMs: undefined,
    requestId: 'test',
    log: createLogger({ name: 'test', level: 'silent' }),
    caller: { subject, userId: undefined, capabilities: new Set() },
    callerAddress: 'in-process',
    turn: () => undefined,
    measured: (work) => work(),
  };
  return { caller, server, context };
}

const untilAborted = ({ signal }: RpcContext): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

test('one caller has half of the exports, and others the rest, until one ends', async () => {
  const limits = createExportLimits('mysql');
  const start = (subject: string) => {
    const { caller, context } = call(subject);
    return { caller, ended: limits.run(context, untilAborted) };
  };
  const another = (subject: string) => limits.run(call(subject).context, async () => undefined);
  const greedy = Array.from({ length: 4 }, () => start('greedy'));
  await expect(another('greedy')).rejects.toMatchObject({ reason: 'OVERLOADED', message: /of this caller/ });
  const others = Array.from({ length: 4 }, (_, at) => start(`other${at}`));
  await expect(another('late')).rejects.toMatchObject({ reason: 'OVERLOADED' });
  greedy[0]!.caller.abort(new DomainError('CANCELLED', 'gone'));
  await expect(greedy[0]!.ended).rejects.toMatchObject({ reason: 'CANCELLED' });
  await another('late');
  for (const { caller, ended } of [...greedy.slice(1), ...others]) {
    caller.abort(new Error('gone'));
    await expect(ended).rejects.toThrow('gone');
  }
  await expect(limits.run(call().context, () => Promise.reject(new Error('on purpose')))).rejects.toThrow();
  for (let i = 0; i < 9; i += 1) await another('greedy');
});

test('exports that hold a connection are fewer, and one caller leaves half of these, too', () => {
  for (const [engine, ofCaller] of [
    ['mysql', 2],
    ['sqlite', 1],
  ] as const) {
    const limits = createExportLimits(engine);
    const releases = Array.from({ length: ofCaller }, () => limits.holdConnection(call('greedy').context));
    expect(() => limits.holdConnection(call('greedy').context)).toThrow('of this caller');
    for (let i = 0; i < ofCaller; i += 1) releases.push(limits.holdConnection(call('other').context));
    expect(() => limits.holdConnection(call('late').context)).toThrow('all this server takes');
    releases[0]!();
    limits.holdConnection(call('late').context);
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

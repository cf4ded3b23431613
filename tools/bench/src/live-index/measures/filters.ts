import { FundStatus } from '@finance/contract/fund';
import { latencyOf } from '../../latency.ts';
import { encodePage } from '../../questions/raw-messages.ts';
import { firstPage, checkedRequest, type FundQuestionFilter, type Subject } from '../subject.ts';

const secondsPerDay = 86_400n;
/** 2025-01-01, in the middle of the generated dates. */
const middleSeconds = 1_735_689_600n;

/** Other values than those measured, so that each of these comes for the first time. */
const warmUpRounds = [100, 101, 102];

/** Combinations of filters, wide and narrow, each asked for the first time, by those who see most. */
export async function measureFilters(subject: Subject): Promise<void> {
  const { client, recorder, supervisor, viewers } = subject;
  const admin = viewers.find(({ user }) => user.role === 'admin') ?? supervisor;
  const departments = [...new Set(viewers.map(({ user }) => user.department))];
  const filters = (round: number): FundQuestionFilter[] => {
    const cents = BigInt(round + 1);
    const from = { seconds: middleSeconds - BigInt(round) * secondsPerDay, nanos: 0 };
    const to = { seconds: middleSeconds + 30n * secondsPerDay + BigInt(round), nanos: 0 };
    const statuses = [FundStatus.APPROVED, FundStatus.SETTLED];
    const handlerDepartment = departments[round % departments.length]!;
    return [
      { amountCentsMin: cents },
      { amountCentsMin: 100_000n + cents, amountCentsMax: 200_000n + cents },
      { createdFrom: from },
      { createdFrom: from, createdTo: to },
      { statuses, amountCentsMin: cents },
      { handlerDepartment, amountCentsMin: cents },
      { handlerDepartment, statuses, amountCentsMin: cents, createdFrom: from },
      { handlerUserId: supervisor.user.userId, amountCentsMin: cents },
      { orderId: cents },
      { customerId: cents },
    ];
  };
  // A server compiles what it runs often; the first calls after its start are not what is compared.
  for (const filter of warmUpRounds.flatMap(filters)) {
    await client.listFunds(encodePage({ ...firstPage(admin.user.userId), filter }));
  }
  const times: number[] = [];
  let slowest = { ms: 0, filter: '' };
  for (const viewer of [admin, supervisor]) {
    for (const round of [0, 1, 2]) {
      for (const filter of filters(round)) {
        const question = { ...firstPage(viewer.user.userId), filter };
        const startedAt = performance.now();
        // Timed before it is compared: the comparison asks again.
        await client.listFunds(encodePage(question));
        const ms = performance.now() - startedAt;
        times.push(ms);
        if (ms > slowest.ms) slowest = { ms, filter: Object.keys(filter).join(', ') };
        if (round === 0) await checkedRequest(client, question);
      }
    }
  }
  const latency = recorder.keep('first page and exact total with a filter, first time', latencyOf(times));
  recorder.bar({
    name: 'any filter combination, exact total, first time (p95)',
    figure: latency.p95Ms,
    unit: 'ms',
    bar: { kind: 'at most', value: 25 },
    details: `${times.length} questions; the slowest, ${slowest.ms.toFixed(1)} ms, by ${slowest.filter}`,
  });
}

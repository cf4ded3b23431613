import { createClient, type Client } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { catchUp, startGroup } from '@finance/mysql';
import { startService } from '../../service-process.ts';
import { reasonOf } from '../every-rpc.ts';
import { fillCompany } from '../private-mysql.ts';
import { partOf, type FaultResult, type FaultScale } from '../scenario.ts';

const writesFull = 240;
const fundsWritten = 5;
const writersOfEach = 4;

/** Two services, each on a primary of its own of one group, write the same funds; each reads what the other has written. */
export async function multiPrimary(name: string, scale: FaultScale): Promise<Pick<FaultResult, 'bars' | 'facts'>> {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const group = await startGroup('multi-primary');
    ends.unshift(() => group.close());
    const nodes = group.nodes.slice(0, 2);
    await fillCompany(nodes[0]!.url);
    await catchUp(nodes[1]!, nodes[0]!);
    const clients: Client<typeof FundsService>[] = [];
    for (const { url } of nodes) {
      const service = await startService('standalone', {
        DATABASE_URL: url,
        LOG_LEVEL: 'warn',
        SHUTDOWN_GRACE_MS: '500',
      });
      ends.unshift(() => service.stop());
      clients.push(createClient(FundsService, createGrpcTransport({ baseUrl: service.grpcUrl })));
    }
    const outcomes: Record<string, number> = {};
    const note = (outcome: string): void => void (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);
    let left = partOf(writesFull, scale);
    let cents = 0;
    const writer = async (funds: Client<typeof FundsService>): Promise<void> => {
      while (left > 0) {
        left -= 1;
        cents += 1;
        const fund = { fundId: BigInt(1 + (cents % fundsWritten)), amountCents: BigInt(cents) };
        await funds.updateFund({ fund, updateMask: { paths: ['amount_cents'] } }).then(
          () => note('OK'),
          (error: unknown) => note(reasonOf(error)),
        );
      }
    };
    await Promise.all(clients.flatMap((funds) => Array.from({ length: writersOfEach }, () => writer(funds))));

    // What one service has acknowledged the other one shows.
    let stale = 0;
    const reads = partOf(writesFull, scale);
    for (let read = 0; read < reads; read += 1) {
      const [writing, reading] = read % 2 === 0 ? [clients[0]!, clients[1]!] : [clients[1]!, clients[0]!];
      const amountCents = BigInt(1_000_000 + read);
      await writing.updateFund({ fund: { fundId: 1n, amountCents }, updateMask: { paths: ['amount_cents'] } });
      const { fund } = await reading.getFund({
        viewerUserId: 1n,
        fundId: 1n,
        consistency: { requirement: { case: 'fullyConsistent', value: true } },
      });
      if (fund?.amountCents !== amountCents) stale += 1;
    }
    const { OK: written = 0, CONFLICT: conflicts = 0, ...others } = outcomes;
    const failed = Object.values(others).reduce((sum, count) => sum + count, 0);
    scale.say(`${name}: ${JSON.stringify(outcomes)}, ${stale} of ${reads} reads stale`);
    return {
      bars: [
        { name: `${name}: writes that failed, conflicts apart`, figure: failed, unit: '', max: 0 },
        { name: `${name}: reads that lack a write acknowledged by the other`, figure: stale, unit: '', max: 0 },
      ],
      facts: { [`${name}: written`]: written, [`${name}: lost all tries`]: conflicts, [`${name}: reads`]: reads },
    };
  } finally {
    for (const end of ends) await end();
  }
}

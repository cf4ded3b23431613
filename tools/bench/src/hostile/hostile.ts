import { setTimeout as sleep } from 'node:timers/promises';
import { startService, type ServiceProcess } from '../service-process.ts';
import { attacks, type AttackTarget } from './attacks.ts';
import type { Answers } from './attacker-main.ts';
import { startAttacker } from './attacker-process.ts';
import { measureGoodClient, type GoodClientFigures } from './good-client.ts';

/** How one attack went. */
export interface AttackResult {
  readonly attack: string;
  readonly before: GoodClientFigures;
  /** While the same attack goes on against another server on this machine: what is the machine's part. */
  readonly beside: GoodClientFigures;
  readonly during: GoodClientFigures;
  /** What the attacked server answered, where answers are waited for. */
  readonly answers: Answers;
  /** Those of {@link answers} that are wrong. */
  readonly unexpected: readonly string[];
  /** Memory of the server, MiB. */
  readonly memoryBeforeMib: number;
  readonly memoryPeakMib: number;
}

/** For what an attack leaves to be cleared away. */
const restMs = 1_000;

/** Attacks a server of its own, one way after the other, while a good client calls it. */
export async function runAttacks(
  options: { readonly seconds: number; readonly slowConnections: number; readonly only?: string | undefined },
  say: (result: AttackResult) => void,
): Promise<AttackResult[]> {
  const { slowConnections, seconds, only } = options;
  const started: ServiceProcess[] = [];
  const start = async (): Promise<ServiceProcess> => {
    const service = await startService('standalone', { DATABASE_URL: 'memory:', LOG_LEVEL: 'info' });
    started.push(service);
    return service;
  };
  const results: AttackResult[] = [];
  try {
    const server = await start();
    const neighbour = await start();
    const measure = (): Promise<GoodClientFigures> => measureGoodClient(server.grpcUrl, seconds);
    const measureUnder = async (attack: string, attacked: ServiceProcess) => {
      const attacker = startAttacker(attack, targetOf(attacked, slowConnections));
      const figures = await measure().catch(async (error: unknown) => {
        await attacker.stop();
        throw error;
      });
      const answers = await attacker.stop();
      await sleep(restMs);
      return { figures, answers };
    };
    await measureGoodClient(server.grpcUrl, 1);
    for (const attack of Object.keys(attacks)) {
      if (only !== undefined && only !== attack) continue;
      const before = await measure();
      const { figures: beside } = await measureUnder(attack, neighbour);
      const memoryBeforeMib = server.memoryMib();
      let memoryPeakMib = memoryBeforeMib;
      const sampler = setInterval(() => (memoryPeakMib = Math.max(memoryPeakMib, server.memoryMib())), 50);
      const under = await measureUnder(attack, server).finally(() => clearInterval(sampler));
      const { figures: during, answers } = under;
      const unexpected = Object.keys(answers).filter((answer) => !attacks[attack]!.expected?.includes(answer));
      results.push({ attack, before, beside, during, answers, unexpected, memoryBeforeMib, memoryPeakMib });
      say(results.at(-1)!);
    }
  } finally {
    await Promise.all(started.map((service) => service.stop()));
  }
  return results;
}

const portOf = (url: string): number => Number(new URL(url).port);

function targetOf({ grpcUrl, httpUrl }: ServiceProcess, slowConnections: number): AttackTarget {
  return { grpcPort: portOf(grpcUrl), httpPort: portOf(httpUrl), slowConnections };
}

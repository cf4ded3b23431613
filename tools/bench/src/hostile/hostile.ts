import { startService } from '../service-process.ts';
import { attacks } from './attacks.ts';
import { startAttacker } from './attacker-process.ts';
import { measureGoodClient, type GoodClientFigures } from './good-client.ts';

/** How one attack went. */
export interface AttackResult {
  readonly attack: string;
  readonly before: GoodClientFigures;
  readonly during: GoodClientFigures;
  /** Memory of the server, MiB. */
  readonly memoryBeforeMib: number;
  readonly memoryPeakMib: number;
}

/** Attacks a server of its own, one way after the other, while a good client calls it. */
export async function runAttacks(
  options: { readonly seconds: number; readonly slowConnections: number; readonly only?: string | undefined },
  say: (result: AttackResult) => void,
): Promise<AttackResult[]> {
  const server = await startService('standalone', { DATABASE_URL: 'memory:', LOG_LEVEL: 'info' });
  const results: AttackResult[] = [];
  try {
    const { slowConnections, seconds } = options;
    const target = {
      grpcPort: Number(new URL(server.grpcUrl).port),
      httpPort: Number(new URL(server.httpUrl).port),
      slowConnections,
    };
    await measureGoodClient(server.grpcUrl, 1);
    for (const attack of Object.keys(attacks)) {
      if (options.only !== undefined && options.only !== attack) continue;
      const before = await measureGoodClient(server.grpcUrl, seconds);
      const memoryBeforeMib = server.memoryMib();
      let memoryPeakMib = memoryBeforeMib;
      const sampler = setInterval(() => (memoryPeakMib = Math.max(memoryPeakMib, server.memoryMib())), 50);
      const attacker = startAttacker(attack, target);
      const during = await measureGoodClient(server.grpcUrl, seconds).finally(() => clearInterval(sampler));
      await attacker.stop();
      results.push({ attack, before, during, memoryBeforeMib, memoryPeakMib });
      say(results.at(-1)!);
    }
  } finally {
    await server.stop();
  }
  return results;
}

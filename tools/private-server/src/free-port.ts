import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './setup-error.ts';
import { stableNumber } from './stable-number.ts';

/** Below the range from which Linux (32768) and macOS (49152) take ports of outgoing connections. */
const firstPort = 23306;
const portCount = 4000;
/** A killed server holds its port until the kernel has taken its memory apart. */
const releaseMaxMs = 3000;
const pollIntervalMs = 50;

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Whether the port is free, or becomes so while a server that was just killed goes away. */
export async function becomesFree(port: number): Promise<boolean> {
  for (const giveUpAt = Date.now() + releaseMaxMs; Date.now() < giveUpAt; await sleep(pollIntervalMs)) {
    if (await isPortFree(port)) return true;
  }
  return false;
}

/** A free port of 127.0.0.1; the search starts at a place given by the name, so that two folders rarely meet. */
export async function pickFreePort(instanceId: string): Promise<number> {
  const start = stableNumber(instanceId, portCount);
  for (let step = 0; step < portCount; step++) {
    const port = firstPort + ((start + step) % portCount);
    if (await isPortFree(port)) return port;
  }
  throw new SetupError(`no free port of 127.0.0.1 between ${firstPort} and ${firstPort + portCount - 1}`);
}

import { createServer } from 'node:net';
import { MysqlSetupError } from '../mysql-setup-error.ts';
import { stableNumber } from './instance-files.ts';

/** Below the range from which Linux (32768) and macOS (49152) take ports of outgoing connections. */
const firstPort = 23306;
const portCount = 4000;

/** Whether 127.0.0.1:port can be listened on now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A free port of 127.0.0.1; the search starts at a place given by the name, so that two folders rarely meet. */
export async function pickFreePort(instanceId: string): Promise<number> {
  const start = stableNumber(instanceId, portCount);
  for (let step = 0; step < portCount; step++) {
    const port = firstPort + ((start + step) % portCount);
    if (await isPortFree(port)) return port;
  }
  throw new MysqlSetupError(`no free port of 127.0.0.1 between ${firstPort} and ${firstPort + portCount - 1}`);
}

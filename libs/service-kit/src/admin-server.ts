import type { Logger } from 'pino';
import { createHttpServers } from './http-protocols.ts';
import { createConnectionEnds } from './limits/connection-ends.ts';
import { OpenCalls } from './limits/open-calls.ts';
import { listenOn } from './listen-on.ts';
import { servePage, type Pages } from './serve-page.ts';
import type { Listener, ListenerOptions } from './serving-options.ts';

const noCalls = new OpenCalls();
/** A few scrapers and probes. */
const connectionsMax = 100;

/**
 * Serves pages alone, on a port that callers need not reach.
 * @throws StartupError when the address cannot be had
 */
export async function listenAdmin(
  pages: Pages,
  { host, port, tls, admitToPages }: Pick<ListenerOptions, 'host' | 'port' | 'tls' | 'admitToPages'>,
  log: Logger,
): Promise<Listener> {
  const { listener, close } = createHttpServers(
    (request, response) => void servePage(request, response, pages, admitToPages, log),
    { tls, connectionsMax, ends: createConnectionEnds(0, noCalls), openCalls: noCalls },
  );
  return { port: await listenOn(listener, { host, port }, 'ADMIN_PORT'), close };
}

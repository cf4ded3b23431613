import { startService, type ServiceProcess } from './service-process.ts';

/** A standalone server in a process of its own. */
export type StandaloneServer = ServiceProcess;

/** Starts `apps/standalone` on free ports. @throws Error with the server's own words when it does not come up */
export function startStandalone(env: Readonly<Record<string, string>>): Promise<StandaloneServer> {
  return startService('standalone', env);
}

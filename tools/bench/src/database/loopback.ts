import { BenchError } from '../cli/bench-error.ts';

/** Whether a host name or address is this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Load goes to this machine unless its host was named on the command line.
 * @param named the host of an option, or undefined
 * @throws BenchError that says how to name it
 */
export function requireNamedHost(url: string, source: string, named: string | undefined): void {
  const { hostname } = new URL(url);
  if (isLoopback(hostname) || hostname === named) return;
  throw new BenchError(`${source} is on ${hostname}, not on this machine; give --host ${hostname} to put load on it`);
}

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, messageOf } from '../setup-error.ts';

/** A mirror behind a slow line needs minutes for the largest file (26 MB). */
const timeoutMs = 5 * 60_000;
const attemptsMax = 3;
const retryDelayMs = 500;

/** The mirror does not have the file: another mirror or suite may. */
export class NotOnMirrorError extends SetupError {}

/**
 * Fetches a file whole, with retries on a broken line. With `sha256Expected`, bytes that differ from it are never
 * returned. Throws NotOnMirrorError on 404, else SetupError with the address free of any credentials.
 */
export async function download(address: string, sha256Expected?: string): Promise<Buffer> {
  const { url, headers } = withoutCredentials(address);
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(url, headers, sha256Expected);
    } catch (error) {
      if (error instanceof NotOnMirrorError) throw error;
      if (attempt === attemptsMax) throw new SetupError(`cannot download ${url}: ${messageOf(error)}`);
      await sleep(retryDelayMs * attempt);
    }
  }
}

async function fetchOnce(url: string, headers: Record<string, string>, sha256Expected?: string): Promise<Buffer> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
  if (response.status === 404) throw new NotOnMirrorError(`${url} is not on the mirror (404)`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256Expected && sha256 !== sha256Expected) {
    throw new Error(`its SHA256 is ${sha256}, the archive's index says ${sha256Expected}`);
  }
  return bytes;
}

function withoutCredentials(address: string): { url: string; headers: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (!username) return { url: url.href, headers: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

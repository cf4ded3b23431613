import { AuditService } from '@finance/contract/audit-service';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { fuzzedBytes, fuzzedJson, randomFrom } from './random-messages.ts';

/** Where the server under test is. */
export interface FuzzTarget {
  /** `host:port`. */
  readonly grpcAddress: string;
  readonly httpUrl: string;
}

/** What came of the fuzzing of one RPC in one form. */
export interface FuzzResult {
  readonly rpc: string;
  readonly form: 'binary' | 'JSON';
  /** How often each code was answered. */
  readonly codes: Readonly<Record<string, number>>;
  /** Answers that should not be, at most a few. */
  readonly problems: readonly string[];
}

/** Beyond these, a malformed request has found a fault. */
const allowedCodes = new Set([
  'OK',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'RESOURCE_EXHAUSTED',
  'UNIMPLEMENTED',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
]);

/** SQL, paths and stacks; `SELECT` as the server's, not as the fuzzer's own text quoted back. */
const leaked =
  /node_modules|file:\/\/|\.ts:\d|\.js:\d|at \w+ \(|SQLITE|\bER_[A-Z]+|Failed query|sqlite3|mysql2|drizzle/;
const problemsKept = 5;
const callTimeoutMs = 5_000;
/** A watch of nothing says nothing for long. */
const streamTimeoutMs = 200;
const concurrency = 8;
/** Of streams that are taken back: the server closes a connection with more than 1,000 and 33 a second. */
const streamsPerConnection = 500;

/** Sends every RPC `messages` random requests in each form and judges what comes back. */
export async function fuzz(
  target: FuzzTarget,
  messages: number,
  seed: number,
  say: (result: FuzzResult) => void,
): Promise<FuzzResult[]> {
  const clients: Client[] = [];
  const connect = (): Client => {
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    return clients[clients.push(new Client(target.grpcAddress, credentials.createInsecure(), options)) - 1]!;
  };
  let client = connect();
  const results: FuzzResult[] = [];
  try {
    for (const { typeName, methods } of [AuditService, FundsService, PermissionService]) {
      for (const { name, input, methodKind } of methods) {
        const path = `/${typeName}/${name}`;
        const random = randomFrom(seed);
        let streams = 0;
        const binary = () => {
          if (methodKind !== 'unary' && ++streams % streamsPerConnection === 0) client = connect();
          return callBinary(client, path, fuzzedBytes(input, random), methodKind === 'unary');
        };
        results.push(await fuzzOne(path, 'binary', messages, binary));
        say(results.at(-1)!);
        if (methodKind !== 'unary') continue;
        const json = () => callJson(`${target.httpUrl}${path}`, fuzzedJson(input, random));
        results.push(await fuzzOne(path, 'JSON', messages, json));
        say(results.at(-1)!);
      }
    }
  } finally {
    for (const each of clients) each.close();
  }
  return results;
}

interface Outcome {
  readonly code: string;
  readonly text: string;
}

async function fuzzOne(
  rpc: string,
  form: FuzzResult['form'],
  messages: number,
  call: () => Promise<Outcome>,
): Promise<FuzzResult> {
  const codes: Record<string, number> = {};
  const problems: string[] = [];
  let left = messages;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { code, text } = await call();
      codes[code] = (codes[code] ?? 0) + 1;
      const wrong = !allowedCodes.has(code) || leaked.test(text);
      if (wrong && problems.length < problemsKept) problems.push(`${code}: ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { rpc: rpc.slice(1), form, codes, problems };
}

const same = (bytes: Buffer): Buffer => bytes;

function callBinary(client: Client, path: string, bytes: Buffer, unary: boolean): Promise<Outcome> {
  const deadline = Date.now() + (unary ? callTimeoutMs : streamTimeoutMs);
  return new Promise((resolve) => {
    if (unary) {
      client.makeUnaryRequest(path, same, same, bytes, { deadline }, (error) =>
        resolve(error === null ? { code: 'OK', text: '' } : { code: status[error.code], text: textOf(error) }),
      );
      return;
    }
    const stream = client.makeServerStreamRequest(path, same, same, bytes, new Metadata(), { deadline });
    // One answer is enough: a watch would go on.
    stream.once('data', () => (resolve({ code: 'OK', text: '' }), stream.cancel()));
    stream.once('end', () => resolve({ code: 'OK', text: '' }));
    stream.on('error', (error: Error & { code: status; details: string; metadata: Metadata }) =>
      resolve({ code: status[error.code], text: textOf(error) }),
    );
  });
}

function textOf({ details, metadata }: { readonly details: string; readonly metadata: Metadata }): string {
  const [bytes] = metadata.get('grpc-status-details-bin');
  return `${details} ${bytes?.toString() ?? ''}`;
}

async function callJson(url: string, body: string): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', 'connect-timeout-ms': String(callTimeoutMs) };
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.ok) return { code: 'OK', text: '' };
  const parsed = text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }) : {};
  const code = typeof parsed.code === 'string' ? parsed.code.toUpperCase() : `HTTP ${response.status}`;
  return { code: code === 'CANCELED' ? 'CANCELLED' : code, text };
}

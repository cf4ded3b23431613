import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { int32Max, wholeNumber } from './values.ts';

/** Where to call, and how long to wait. */
export interface ServerFlags {
  readonly server: string;
  readonly permissionServer?: string;
  /** Milliseconds for each answer. */
  readonly timeout: number;
  /** A preshared key or a token. */
  readonly token?: string;
  /** The contents of PEM files. */
  readonly tlsCa?: string;
  readonly cert?: string;
  readonly keyFile?: string;
}

/** The longest wait that servers grant by default. */
const timeoutMsDefault = 30_000;

/** An http or https URL without a path; `host:port` is taken for http. */
function serverUrl(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  const plain =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && `${url.search}${url.hash}` === '';
  if (!plain || url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:50051.');
  }
  return url.origin;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InvalidArgumentError('It must be a file that can be read.');
  }
}

/** Adds the options that say where the services are. */
export function withServer(command: Command): Command {
  return command
    .addOption(
      new Option('--server <url>', 'gRPC of funds-service or of `npm start`')
        .env('FINANCE_SERVER')
        .default('http://127.0.0.1:50051')
        .argParser(serverUrl),
    )
    .addOption(
      new Option('--permission-server <url>', 'gRPC of permission-service (default: --server)')
        .env('FINANCE_PERMISSION_SERVER')
        .argParser(serverUrl),
    )
    .option('--timeout <ms>', 'longest wait for each answer', wholeNumber(int32Max), timeoutMsDefault)
    .addOption(
      new Option('--token <token>', 'the key or token to call with; other users see it here, not in FINANCE_TOKEN').env(
        'FINANCE_TOKEN',
      ),
    )
    .addOption(
      new Option('--tls-ca <file>', "PEM file of the authority of the servers' certificates")
        .env('FINANCE_TLS_CA')
        .argParser(contentOf),
    )
    .addOption(
      new Option('--cert <file>', 'PEM file of the client certificate').env('FINANCE_CERT').argParser(contentOf),
    )
    .addOption(
      new Option('--key-file <file>', 'PEM file of its private key').env('FINANCE_KEY_FILE').argParser(contentOf),
    );
}

import { connect, type ClientHttp2Session } from 'node:http2';
import { aborted } from './aborted.ts';
import { bombs, framed, healthBombs } from './bombs.ts';
import { answerTo, open, type Call } from './call.ts';
import type { Attack, AttackTarget } from './attacks.ts';

/** Bombs of one second, in turn; few, since each is to be worth many calls. */
const bombsPerSecond = 60;
const bombsAtOnce = 200;

/** Small requests that cost much to decode. */
export const bombsBelowTheLimit: Attack = {
  run: (target, signal, heard) => sendInTurn(bombs(), target, signal, heard),
  expected: ['RESOURCE_EXHAUSTED', 'INVALID_ARGUMENT'],
};

/** The same without a credential. */
export const bombsForHealth: Attack = {
  run: (target, signal, heard) => sendInTurn(healthBombs(), target, signal, heard),
  expected: ['RESOURCE_EXHAUSTED', 'UNIMPLEMENTED'],
};

/** Calls of which nothing but the headers comes: as many as a connection takes, opened again as they end. */
export const headerOnlyCalls: Attack = {
  run: (target, signal, heard) =>
    keepOpen(target, signal, heard, { grpc: 900, http: 90 }, (session, index) => {
      const name = index % 2 === 0 ? 'ExportFunds' : 'ListFunds';
      return answerTo(open(session, { rpc: `finance.funds.v1.FundsService/${name}`, type: 'application/grpc' }));
    }),
  expected: ['ENDED', 'RESOURCE_EXHAUSTED'],
};

/** Watches of health that nobody needs, which ask for no credential. */
export const healthWatches: Attack = {
  run: (target, signal, heard) =>
    keepOpen(target, signal, heard, { grpc: 500, http: 90 }, (session) => {
      const stream = open(session, { rpc: 'grpc.health.v1.Health/Watch', type: 'application/grpc' });
      stream.end(framed(Buffer.alloc(0)));
      return answerTo(stream);
    }),
  expected: ['RESOURCE_EXHAUSTED'],
};

async function sendInTurn(
  calls: readonly Call[],
  target: AttackTarget,
  signal: AbortSignal,
  heard: (answer: string) => void,
): Promise<void> {
  const sessions = sessionsTo(target);
  let sent = 0;
  let atOnce = 0;
  const timer = setInterval(() => {
    if (atOnce >= bombsAtOnce) return;
    const call = calls[sent % calls.length]!;
    sent += 1;
    atOnce += 1;
    const stream = open(sessions[call.port], call);
    stream.end(call.body);
    void answerTo(stream).then((answer) => {
      atOnce -= 1;
      if (!signal.aborted) heard(answer);
    });
  }, 1_000 / bombsPerSecond);
  await aborted(signal);
  clearInterval(timer);
  end(sessions);
}

/** After an answer a call rests so long: refusing is to be what the server does least. */
const restMs = 1_000;

async function keepOpen(
  target: AttackTarget,
  signal: AbortSignal,
  heard: (answer: string) => void,
  streams: Readonly<Record<'grpc' | 'http', number>>,
  begin: (session: ClientHttp2Session, index: number) => Promise<string>,
): Promise<void> {
  const sessions = sessionsTo(target);
  const again = (session: ClientHttp2Session, index: number): void => {
    if (signal.aborted || session.closed || session.destroyed) return;
    void begin(session, index).then((answer) => {
      if (signal.aborted) return;
      heard(answer);
      setTimeout(again, restMs, session, index).unref();
    });
  };
  for (const port of ['grpc', 'http'] as const) {
    for (let index = 0; index < streams[port]; index += 1) again(sessions[port], index);
  }
  await aborted(signal);
  end(sessions);
}

type Sessions = Readonly<Record<'grpc' | 'http', ClientHttp2Session>>;

function sessionsTo({ grpcPort, httpPort }: AttackTarget): Sessions {
  const to = (port: number): ClientHttp2Session => {
    const session = connect(`http://127.0.0.1:${port}`);
    return session.on('error', () => undefined);
  };
  return { grpc: to(grpcPort), http: to(httpPort) };
}

function end({ grpc, http }: Sessions): void {
  grpc.destroy();
  http.destroy();
}

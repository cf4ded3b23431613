import { Worker, type MessagePort } from 'node:worker_threads';
import { inOwnWords } from '@finance/domain';

/** A worker thread that speaks `Outgoing` and hears `Incoming`. */
export interface Thread<Incoming> {
  readonly worker: Worker;
  send(message: Incoming, transfer?: MessagePort[]): void;
  /** Ends it without calling `onEnded`. */
  stop(): Promise<void>;
}

/** Starts a thread; `onEnded` is called once, when it ends by itself, with why. */
export function startThread<Incoming, Outgoing>(
  script: URL,
  workerData: unknown,
  onMessage: (message: Outgoing) => void,
  onEnded: (reason: string) => void,
  transferList: MessagePort[] = [],
): Thread<Incoming> {
  const worker = new Worker(script, { workerData, transferList });
  let isStopped = false;
  const ended = (reason: string): void => {
    if (isStopped) return;
    isStopped = true;
    onEnded(reason);
  };
  worker.unref();
  worker.on('message', (message: Outgoing) => {
    if (!isStopped) onMessage(message);
  });
  worker.on('error', (error) => ended(inOwnWords(error)));
  worker.on('exit', (code) => ended(`exit code ${code}`));
  return {
    worker,
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    stop: async () => {
      isStopped = true;
      await worker.terminate();
    },
  };
}

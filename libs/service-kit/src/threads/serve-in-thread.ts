import { parentPort, workerData } from 'node:worker_threads';
import { listenGrpc } from '../grpc-server.ts';
import { nodeMetrics } from '../metrics/node-metrics.ts';
import { readThread } from '../metrics/thread-metrics.ts';
import { prepareServing, type ServersOptions } from '../prepare-serving.ts';
import { closeTimeoutMs } from '../serving-options.ts';
import type { FromThread, ThreadSeat, ToThread } from './messages.ts';

/** A service in one of its threads. */
export interface ThreadService extends ServersOptions {
  /** Releases what the handlers use, after the last call has ended. */
  readonly close?: () => Promise<void>;
}

/** What one thread of a service serves with, and its view of the index that the first one keeps for all. */
export interface OpenService<Index> extends ThreadService {
  readonly index: Index | undefined;
  close(): Promise<void>;
}

/**
 * The whole of a serving thread's script: serves native gRPC, with limits and readiness of its own, on the port that the
 * main thread has taken (its GRPC_PORT), until the main thread stops it or an error is uncaught. Then it drains within
 * the grace, closes within 4 s and ends. What `open` throws ends it at once.
 */
export async function serveInThread(open: (seat: ThreadSeat) => Promise<ThreadService>): Promise<void> {
  if (parentPort === null) throw new Error('serveInThread is for threads that createServingThreads has started');
  const main = parentPort;
  const seat = workerData as ThreadSeat;
  const service = await open(seat);
  const { config, serving, listener, metrics, keep, watch, close } = prepareServing(service);
  const stop = async (exitCode: number, drainMs = 0): Promise<void> => {
    setTimeout(() => process.exit(1), drainMs + config.SHUTDOWN_GRACE_MS + closeTimeoutMs);
    await close(drainMs);
    await service.close?.();
    process.exit(exitCode);
  };
  const hear = async (message: ToThread): Promise<void> => {
    if (message.kind === 'stop') await stop(0, message.drainMs);
    else message.answer.postMessage(await readThread(metrics, seat.thread));
  };
  nodeMetrics();
  await keep(listenGrpc(serving, { ...listener, port: config.GRPC_PORT, sharing: 'join' }));
  await watch();
  process.once('uncaughtException', (err) => {
    service.log.fatal({ err }, 'stopping after an uncaught error');
    void stop(1);
  });
  main.on('message', (message: ToThread) => void hear(message));
  main.postMessage('serving' satisfies FromThread);
}

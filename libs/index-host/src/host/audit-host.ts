import type { FeedTarget } from '@finance/change-feed';
import type { MessagePort } from 'node:worker_threads';
import { noChecks, withCheck, type AuditStats } from '../audit/audit-stats.ts';
import type { AuditStart } from '../audit/audit-thread.ts';
import type { AuditOptions } from '../audit/self-audit.ts';
import type { IndexLog } from '../index-log.ts';
import type { FromAudit } from '../messages.ts';
import { createBackOff } from './back-off.ts';
import { startThread, type Thread } from './thread.ts';

const auditScript = new URL('../audit/audit-thread.ts', import.meta.url);

/**
 * Runs the self-audit in a thread with a replica of its own: what takes long to compare for a manager of most funds
 * would hold up a serving thread for tens of milliseconds. One that ends is replaced.
 */
export class AuditHost {
  private readonly target: FeedTarget;
  private readonly connect: () => MessagePort;
  private readonly log: IndexLog;
  private readonly options: AuditOptions;
  private readonly nextDelayMs = createBackOff();
  thread: Thread<never> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private counted = noChecks;

  /** @param connect gives a port for a replica */
  constructor(target: FeedTarget, connect: () => MessagePort, log: IndexLog, options: AuditOptions) {
    this.target = target;
    this.connect = connect;
    this.log = log;
    this.options = options;
    this.start();
  }

  stats(): AuditStats {
    return this.counted;
  }

  async close(): Promise<void> {
    clearTimeout(this.retry);
    await this.thread?.stop();
  }

  private start(): void {
    const start: AuditStart = { port: this.connect(), target: this.target, options: this.options };
    this.thread = startThread<never, FromAudit>(
      auditScript,
      start,
      (message) => this.hear(message),
      (reason) => this.replace(reason),
      [start.port],
    );
  }

  private hear(message: FromAudit): void {
    if (message.kind === 'check') this.counted = withCheck(this.counted, message.check);
    else this.log[message.level](message.fields, message.message);
  }

  private replace(reason: string): void {
    const delayMs = this.nextDelayMs();
    this.log.warn({ reason, delayMs }, 'live index: the self-audit ended and is started again');
    this.retry = setTimeout(() => this.start(), delayMs).unref();
  }
}

import type { ChangeFeed } from '@finance/change-feed';
import type { Database } from '@finance/schema';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexLog } from '../index-log.ts';
import type { Replica } from '../replica/replica.ts';
import { answerOfIndex, answerOfSql, canonical, errorAsAnswer, type AuditAnswer } from './answers.ts';
import type { AuditStats } from './audit-stats.ts';
import { isOrgInStep } from './org-in-step.ts';
import { sampleQuestion, type AuditQuestion } from './question.ts';
import { createRandom } from './random.ts';

export interface AuditOptions {
  /** At most one question in this time. */
  readonly intervalMs: number;
  /** Of the time at most; a question that took long is followed by a longer pause. */
  readonly timeShareMax: number;
}

export const auditDefaults: AuditOptions = { intervalMs: 1_000, timeShareMax: 0.02 };

/** Longer answers of SQL are given up; the question counts as missed. */
const sqlTimeMaxMs = 10_000;
/** Under constant writes SQL and the index seldom stand at the same position; the next question then takes its turn. */
const triesMax = 20;

interface Comparison {
  readonly position: string;
  readonly isEqual: boolean;
  readonly index: AuditAnswer;
  readonly sql: AuditAnswer;
  /** Only looked at when the answers differ. */
  readonly isOrgInStep: boolean;
}

/** Compares what a replica and SQL say at the same position, again and again. */
export class SelfAudit {
  private readonly replica: Replica;
  private readonly feed: ChangeFeed;
  private readonly database: Database;
  private readonly log: IndexLog;
  private readonly options: AuditOptions;
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;
  private readonly counts = { checks: 0, differences: 0, orgOutOfStep: 0, missed: 0 };
  private readonly checksByKind: Record<string, number> = {};

  constructor(replica: Replica, feed: ChangeFeed, database: Database, log: IndexLog, options: AuditOptions) {
    this.replica = replica;
    this.feed = feed;
    this.database = database;
    this.log = log;
    this.options = options;
    this.running = this.run();
  }

  stats(): AuditStats {
    return { ...this.counts, checksByKind: { ...this.checksByKind } };
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    let pauseMs = this.options.intervalMs;
    while (!signal.aborted) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const startedMs = performance.now();
      if (this.replica.state().name === 'ready') await this.check();
      const spentMs = performance.now() - startedMs;
      pauseMs = Math.max(this.options.intervalMs, spentMs * (1 / this.options.timeShareMax - 1));
    }
  }

  private async check(): Promise<void> {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const signal = AbortSignal.any([this.stopped.signal, AbortSignal.timeout(sqlTimeMaxMs)]);
    try {
      const question = await this.database.snapshot(signal, (session) => sampleQuestion(session, createRandom(seed)));
      if (!question) return;
      let compared = await this.compare(question, signal);
      // A transaction can be seen a moment before its position is told: only what differs twice is a difference.
      if (compared && !compared.isEqual) compared = await this.compare(question, signal);
      if (!compared) {
        this.counts.missed += 1;
        return;
      }
      this.counts.checks += 1;
      this.checksByKind[question.kind] = (this.checksByKind[question.kind] ?? 0) + 1;
      if (!compared.isEqual) this.report(question, compared, seed);
    } catch {
      // SQL did not answer, or not in time. That is somebody else's alert.
      this.counts.missed += 1;
    }
  }

  /** Undefined when SQL and the index did not meet at one position. */
  private async compare(question: AuditQuestion, signal: AbortSignal): Promise<Comparison | undefined> {
    for (let tryNumber = 1; tryNumber <= triesMax; tryNumber += 1) {
      const before = await this.feed.position(signal);
      const comparison = await this.database.snapshot(signal, async (session) => {
        // Nothing was committed from before the snapshot until after it: it shows exactly this position.
        if ((await this.feed.position(signal)) !== before) return undefined;
        const index = await this.replica.exactlyAt(before, (live) => {
          try {
            return answerOfIndex(live, question);
          } catch (error) {
            return errorAsAnswer(error);
          }
        });
        if (!index) return undefined;
        const sql = await answerOfSql(session, question).catch((error: unknown) => {
          if (signal.aborted) throw error;
          return errorAsAnswer(error);
        });
        const isEqual = canonical(index) === canonical(sql);
        return { position: before, isEqual, index, sql, isOrgInStep: isEqual || (await isOrgInStep(session)) };
      });
      if (comparison) return comparison;
    }
    return undefined;
  }

  private report(question: AuditQuestion, { position, index, sql, isOrgInStep }: Comparison, seed: number): void {
    const row = index.rows.findIndex((each, i) => canonical(each) !== canonical(sql.rows[i]));
    const fields = {
      question: canonical(question),
      position,
      seed,
      indexIds: index.ids.join(','),
      sqlIds: sql.ids.join(','),
      indexFacts: canonical(index.facts),
      sqlFacts: canonical(sql.facts),
      ...(row >= 0 && {
        differingRow: row,
        indexRow: canonical(index.rows[row]),
        sqlRow: canonical(sql.rows[row] ?? null),
      }),
    };
    if (!isOrgInStep) {
      this.counts.orgOutOfStep += 1;
      this.log.error(fields, 'live index: the org in the database is out of step with parent_id; run seeder:doctor');
      return;
    }
    this.counts.differences += 1;
    this.log.error(fields, 'live index: differs from SQL at the same position; it is given up and built again');
    this.replica.declareWrong('audit', `the self-audit found a difference (seed ${seed})`);
  }
}

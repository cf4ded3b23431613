import type { ChangeFeed } from '@finance/change-feed';
import { AskSql } from '@finance/live-index';
import type { Database } from '@finance/schema';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IndexLog } from '../index-log.ts';
import type { Replica } from '../replica/replica.ts';
import { answerOfIndex, answerOfSql, canonical, errorAsAnswer, type AuditAnswer } from './answers.ts';
import type { AuditCheck } from './audit-stats.ts';
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

/** What an audit compares, and whom it tells. */
export interface AuditSubject {
  readonly replica: Replica;
  readonly feed: ChangeFeed;
  readonly database: Database;
  readonly log: IndexLog;
  readonly onCheck: (check: AuditCheck) => void;
  readonly options: AuditOptions;
}

/** Compares what a replica and SQL say at the same position, again and again, for as long as the thread lives. */
export const runSelfAudit = (subject: AuditSubject): Promise<never> => new SelfAudit(subject).run();

class SelfAudit {
  private readonly replica: Replica;
  private readonly feed: ChangeFeed;
  private readonly database: Database;
  private readonly log: IndexLog;
  private readonly onCheck: (check: AuditCheck) => void;
  private readonly options: AuditOptions;

  constructor({ replica, feed, database, log, onCheck, options }: AuditSubject) {
    this.replica = replica;
    this.feed = feed;
    this.database = database;
    this.log = log;
    this.onCheck = onCheck;
    this.options = options;
  }

  async run(): Promise<never> {
    let pauseMs = this.options.intervalMs;
    for (;;) {
      await sleep(pauseMs);
      const startedMs = performance.now();
      if (this.replica.state().name === 'ready') await this.check();
      const spentMs = performance.now() - startedMs;
      pauseMs = Math.max(this.options.intervalMs, spentMs * (1 / this.options.timeShareMax - 1));
    }
  }

  private async check(): Promise<void> {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const signal = AbortSignal.timeout(sqlTimeMaxMs);
    try {
      const question = await this.database.snapshot(signal, (session) => sampleQuestion(session, createRandom(seed)));
      if (!question) return;
      let compared = await this.compare(question, signal);
      // A transaction can be seen a moment before its position is told: only what differs twice is a difference.
      if (compared && !compared.isEqual) compared = await this.compare(question, signal);
      if (!compared) this.onCheck({ outcome: 'missed' });
      else if (compared.isEqual) this.onCheck({ outcome: 'equal', kind: question.kind });
      else this.report(question, compared, seed);
    } catch {
      // SQL did not answer, or not in time, or a row cannot be read. That is somebody else's alert.
      this.onCheck({ outcome: 'missed' });
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
            return error instanceof AskSql ? error : errorAsAnswer(error);
          }
        });
        if (!index) return undefined;
        // There is nothing to compare.
        if (index instanceof AskSql) throw index;
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
      this.onCheck({ outcome: 'org-out-of-step', kind: question.kind });
      this.log.error(fields, 'live index: the org in the database is out of step with parent_id; run seeder:doctor');
      return;
    }
    this.onCheck({ outcome: 'difference', kind: question.kind });
    this.log.error(fields, 'live index: differs from SQL at the same position; it is given up and built again');
    this.replica.declareWrong('audit', `the self-audit found a difference (seed ${seed})`);
  }
}

import { DomainError, inOwnWords } from '@finance/domain';
import type { LiveIndex } from '@finance/live-index';
import type { SqlSession } from '@finance/schema';
import { getFunds, listFundViewers, resolveScope, summarizeFunds, visibleFundIds } from '@finance/store';
import { adaptiveSql } from '@finance/strategies';
import type { AuditQuestion } from './question.ts';

/** Rows to be compared, by their ids, and what is said about all of them. */
export interface AuditAnswer {
  readonly ids: readonly bigint[];
  readonly rows: readonly unknown[];
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Both sides give the first of them only: a fund may have every admin as a viewer. */
const viewersMax = 1_000;

/** What the index says. */
export function answerOfIndex(index: LiveIndex, question: AuditQuestion): AuditAnswer {
  switch (question.kind) {
    case 'page': {
      const { funds, hasMore, totalSize } = index.listFunds(question.request);
      return { ids: funds.map((fund) => fund.fundId), rows: funds, facts: { hasMore, totalSize } };
    }
    case 'access': {
      const funds = index.visibleFunds(question.viewerUserId, question.fundIds);
      return { ids: funds.map((fund) => fund.fundId), rows: funds, facts: {} };
    }
    case 'summary': {
      const { groups, totals } = index.summarizeFunds(question.viewerUserId, question.filter, question.groupBy);
      return { ids: [], rows: groups, facts: { ...totals } };
    }
    case 'viewers': {
      const viewers = index.fundViewers(question.fundId);
      if (!viewers) throw new DomainError('FUND_NOT_FOUND', 'no such fund');
      const first = viewers.slice(0, viewersMax);
      return { ids: first.map(({ user }) => user.userId), rows: first, facts: { totalSize: viewers.length } };
    }
  }
}

/** What SQL says in a snapshot. */
export async function answerOfSql(session: SqlSession, question: AuditQuestion): Promise<AuditAnswer> {
  switch (question.kind) {
    case 'page': {
      const { viewerUserId, ...request } = question.request;
      const scope = await resolveScope(session, viewerUserId);
      const { funds, hasMore, totalSize } = await adaptiveSql.listFunds(session, { ...request, scope });
      return { ids: funds.map((fund) => fund.fundId), rows: funds, facts: { hasMore, totalSize } };
    }
    case 'access': {
      const scope = await resolveScope(session, question.viewerUserId);
      const visible = await visibleFundIds(session, scope, question.fundIds);
      const funds = await getFunds(session, question.fundIds);
      const ids = question.fundIds.filter((fundId) => visible.has(fundId));
      return { ids, rows: ids.map((fundId) => funds.get(fundId)), facts: {} };
    }
    case 'summary': {
      const { filter, groupBy } = question;
      const scope = await resolveScope(session, question.viewerUserId);
      const { groups, totals } = await summarizeFunds(session, { scope, filter, groupBy });
      return { ids: [], rows: groups, facts: { ...totals } };
    }
    case 'viewers': {
      const page = await listFundViewers(session, { fundId: question.fundId, pageSize: viewersMax });
      return {
        ids: page.viewers.map(({ user }) => user.userId),
        rows: page.viewers,
        facts: { totalSize: page.totalSize },
      };
    }
  }
}

/** An error that says something about the data is an answer, too. */
export const errorAsAnswer = (error: unknown): AuditAnswer => ({
  ids: [],
  rows: [],
  facts: { error: error instanceof DomainError ? error.reason : inOwnWords(error) },
});

/** A text that is the same for equal values; for logs, too. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

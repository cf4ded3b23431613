import { nothingAnswered, type AuditFacts } from './chain/audit-entry.ts';
import { createSeals } from './seals/seals.ts';

/** Facts of a call for tests; `request` tells them apart. */
export const factsOf = (request: number, changes: Partial<AuditFacts> = {}): AuditFacts => ({
  kind: 'call',
  caller: 'reports',
  callerAddress: '127.0.0.1:1',
  requestId: `request-${request}`,
  rpc: 'finance.funds.v1.FundsService/ListFunds',
  viewerUserId: BigInt(request % 7),
  argumentsHash: 'a'.repeat(64),
  outcome: 'OK',
  ...nothingAnswered,
  resultCount: 20n,
  totalSize: 1_000n,
  strategy: 'adaptive-sql',
  position: `sqlite:${request}`,
  ...changes,
});

export const never: AbortSignal = new AbortController().signal;

/** Seals and the process that appends, for tests. */
export const testAppend = {
  seals: createSeals([Buffer.alloc(32, 7)]),
  instance: { caller: 'test', requestId: 'instance-1' },
} as const;

import type { Role } from '@finance/domain';
import type { AuditResults } from './audit/audit-results.ts';
import type { FaultsResults } from './faults/scenario.ts';
import type { GhzResults } from './ghz/ghz-results.ts';
import type { LiveIndexResults } from './live-index/live-index-results.ts';
import type { TuningResults } from './tuning/tuning-results.ts';

/** What a command was run on. */
export interface Machine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryGib: number;
  /** Version of Node, without the `v`. */
  readonly node: string;
  readonly os: string;
}

/** What a measured database holds. */
export interface DatabaseFacts {
  readonly engine: 'memory' | 'sqlite' | 'mysql';
  /** Of the server or library; Node's for `memory`. */
  readonly version: string;
  /** Rows of funds. */
  readonly records: number;
  readonly users: number;
  /** How the rows were generated; null when no seeder made them. */
  readonly profile: string | null;
  readonly seed: number | null;
}

/** Times of calls whose answers were right, in milliseconds. Zeros when there was none. */
export interface Latency {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Somebody for whom pages are asked. */
export interface BenchViewer {
  /** A decimal number, as all ids in results. */
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** People in scope; for admins everybody. */
  readonly peopleCount: number;
  /** By the oracle. */
  readonly visibleFunds: number;
}

/** Where on a list a page lies: by skip, or by the key of the fund before it. */
export type PageDepth = 'first' | 'middle' | 'last' | 'middle by token';

/** How a strategy did on one question. */
export interface CompareCell {
  readonly strategy: string;
  readonly viewerUserId: string;
  readonly peopleCount: number;
  readonly visibleFunds: number;
  /** As in the API: `amount desc`. */
  readonly orderBy: string;
  readonly depth: PageDepth;
  readonly withTotal: boolean;
  /** `skipped`: another question of the same strategy and viewer was over the limit. */
  readonly outcome: 'right' | 'wrong answer' | 'failed' | 'over limit' | 'skipped';
  /** Why, unless right. */
  readonly reason: string | null;
  /** Null unless right. */
  readonly latency: Latency | null;
  /** Median divided by that of temporary-table on the same question in the same run. */
  readonly ratioToTemporaryTable: number | null;
}

/** All strategies on one database. */
export interface CompareRun {
  readonly database: DatabaseFacts;
  readonly viewers: readonly BenchViewer[];
  readonly cells: readonly CompareCell[];
}

/** Results of `compare`: one run for each store and size. */
export interface CompareResults {
  readonly pageSize: number;
  readonly iterations: number;
  readonly limitMs: number;
  readonly runs: readonly CompareRun[];
}

/** What the database did meanwhile; sampled, so short peaks may be missed. */
export interface PoolUse {
  readonly connectionsMax: number;
  /** Connections that ran a statement. */
  readonly runningMax: number;
  /** Internal and explicit temporary tables that the whole server made, for whomever. */
  readonly temporaryTables: number;
  readonly temporaryTablesOnDisk: number;
}

/** Calls of one strategy under one load. */
export interface ConcurrencyCell {
  readonly strategy: string;
  /** `closed`: each of `users` asks again when it has its answer. `open`: calls start at a fixed rate regardless. */
  readonly loop: 'closed' | 'open';
  /** Callers at once; of an open loop, the ones whose closed loop set the rate. */
  readonly users: number;
  /** Null for a closed loop. */
  readonly targetCallsPerSecond: number | null;
  readonly seconds: number;
  readonly calls: number;
  readonly succeeded: number;
  /** 0 to 1. */
  readonly successRate: number;
  /** Calls that failed, by kind: `wrong answer`, `dropped` (not started, too many were open), or a gRPC code. */
  readonly errors: Readonly<Record<string, number>>;
  /** One message for each kind. */
  readonly errorSamples: Readonly<Record<string, string>>;
  readonly succeededPerSecond: number;
  /** Of an open loop, from the time a call was due: waiting counts. */
  readonly latency: Latency;
  /** Null where the engine has no server to ask. */
  readonly pool: PoolUse | null;
}

/** Results of `concurrency`. */
export interface ConcurrencyResults {
  readonly pageSize: number;
  readonly viewers: readonly BenchViewer[];
  readonly questionCount: number;
  readonly cells: readonly ConcurrencyCell[];
}

/** One statement with all people of a company in its IN lists, as MySQL took it. */
export interface InClauseStep {
  readonly companySize: number;
  /** Ids in the three lists together: people, their orders, their customers. */
  readonly parameters: {
    readonly people: number;
    readonly orders: number;
    readonly customers: number;
    readonly all: number;
  };
  readonly statementBytes: number;
  /** `sent`: answered rightly; `too many parameters`, `packet too large`: refused by the protocol or the server. */
  readonly asParameters: InClauseAttempt;
  /** The same with ids as literals. */
  readonly asLiterals: InClauseAttempt;
}

/** How MySQL took a statement. */
export interface InClauseAttempt {
  readonly outcome: 'right' | 'wrong answer' | 'refused';
  /** The server's words when refused. */
  readonly reason: string | null;
  /** EXPLAIN's access to funds, e.g. `index_merge`, `range`, `ALL`; null when refused. */
  readonly access: string | null;
  /** Whether SHOW WARNINGS said that the range optimizer ran out of range_optimizer_max_mem_size. */
  readonly rangeOptimizerGaveUp: boolean;
  readonly latency: Latency | null;
}

/** Where a limit lies, found by bisection. */
export interface InClauseWall {
  readonly limit: 'range_optimizer_max_mem_size' | 'max_allowed_packet' | 'prepared statement parameters';
  /** The server's setting, in bytes; for parameters their number. */
  readonly setting: number;
  /** Ids in the largest list that was taken, and in the smallest that was not. */
  readonly largestTaken: number;
  readonly smallestRefused: number;
  readonly statementBytesAtWall: number;
  /** What was seen beyond the wall. */
  readonly evidence: string;
}

/** Results of `in-clause`. */
export interface InClauseResults {
  readonly steps: readonly InClauseStep[];
  readonly walls: readonly InClauseWall[];
}

/** Of one viewer, what each basis finds and what is left when funds count once. */
export interface OrLogicRow {
  readonly viewer: BenchViewer;
  /** Funds by basis: handler, order_owner, customer_admin; empty for somebody who sees everything. */
  readonly fundsByBasis: Readonly<Record<string, number>>;
  readonly sum: number;
  readonly distinct: number;
  readonly duplicatesRemoved: number;
  /** Whether oracle, temporary table and OR have the same set of ids. */
  readonly equal: boolean;
  readonly temporaryTableMs: number;
  readonly orMs: number;
}

/** Results of `or-logic`. */
export interface OrLogicResults {
  readonly rows: readonly OrLogicRow[];
}

/** One way to find the people below somebody. */
export interface HierarchyCell {
  readonly userId: string;
  /** People in the subtree, the top included. */
  readonly subtreeSize: number;
  /** Levels below the top. */
  readonly height: number;
  /** Only people at most so many levels below; null for all. */
  readonly depthMax: number | null;
  readonly way: 'recursive-cte' | 'closure' | 'interval';
  /** People that were found and found right; null where the way cannot answer: intervals know no depth. */
  readonly people: number | null;
  readonly latency: Latency | null;
  /** Median divided by that of recursive-cte on the same question. */
  readonly ratioToRecursiveCte: number | null;
}

/** Results of `hierarchy`. */
export interface HierarchyResults {
  readonly iterations: number;
  readonly cells: readonly HierarchyCell[];
}

/** The view of one viewer: what it costs to make, to keep and to read. */
export interface ViewCost {
  readonly viewer: BenchViewer;
  /** Null, as all times here, when the rows were not those of the oracle. */
  readonly fullRefreshMs: number | null;
  /** When nothing has changed. */
  readonly idleRefreshMs: number | null;
  /** Pages from the view as it stands: the first one by amount, with and without total. */
  readonly read: Latency | null;
  readonly readWithTotal: Latency | null;
  /** The same without a view. */
  readonly temporaryTable: Latency | null;
  readonly temporaryTableWithTotal: Latency | null;
  /** Why a time is missing. */
  readonly reason: string | null;
}

/** What the view of all viewers shows wrongly after a change, and what it costs to put that right. */
export interface ViewStaleness {
  readonly change: string;
  /** Records or people changed. */
  readonly changes: number;
  readonly viewersAffected: number;
  /** Rows over all viewers that show a fund to somebody who may not see it any more. */
  readonly shownWrongly: number;
  /** Rows that lack. */
  readonly missing: number;
  /** Whether these are exactly the differences that the oracle finds, and there are none after the refresh. */
  readonly right: boolean;
  /** Null unless right, as the next one. */
  readonly incrementalRefreshMs: number | null;
  readonly fullRefreshMs: number | null;
}

/** Results of `materialized-view`. */
export interface MaterializedViewResults {
  readonly iterations: number;
  readonly rowsMax: number;
  readonly costs: readonly ViewCost[];
  readonly staleness: readonly ViewStaleness[];
}

/** A page as one strategy gave it. */
export interface ViewerCall {
  readonly strategy: string;
  readonly outcome: CompareCell['outcome'];
  readonly reason: string | null;
  readonly latency: Latency | null;
}

/** Results of `viewer`: with `--list` no question. */
export interface ViewerResults {
  readonly viewers: readonly BenchViewer[];
  readonly question: {
    readonly viewerUserId: string;
    readonly orderBy: string;
    readonly page: number;
    readonly pageSize: number;
    readonly pageCount: number;
    readonly fundIds: readonly string[];
  } | null;
  readonly calls: readonly ViewerCall[];
}

/** The results of every command, by its name. Commands in other folders add theirs. */
export interface ResultsByCommand {
  readonly audit: AuditResults;
  readonly compare: CompareResults;
  readonly concurrency: ConcurrencyResults;
  readonly 'in-clause': InClauseResults;
  readonly 'or-logic': OrLogicResults;
  readonly hierarchy: HierarchyResults;
  readonly faults: FaultsResults;
  readonly viewer: ViewerResults;
  readonly 'materialized-view': MaterializedViewResults;
  readonly 'live-index': LiveIndexResults;
  readonly ghz: GhzResults;
  readonly tuning: TuningResults;
}

/** A command that stores its results. */
export type CommandName = keyof ResultsByCommand;

/** The file of one run: `var/bench/<command>.json`. */
export interface ResultFile<C extends CommandName> {
  readonly command: C;
  /** The command line after the command's name. */
  readonly arguments: readonly string[];
  readonly machine: Machine;
  /** Null when there is none, or several: then the results name theirs. */
  readonly database: DatabaseFacts | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** False for a run that was interrupted or failed: the results are a part. */
  readonly finished: boolean;
  /** Why it is not finished, in one line. */
  readonly unfinishedBecause: string | null;
  readonly results: ResultsByCommand[C];
}

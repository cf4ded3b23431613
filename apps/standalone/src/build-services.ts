import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import type { AuditTrail } from '@finance/audit';
import { createScopeCache, type ScopeCache } from '@finance/cache';
import {
  createFundReader,
  createFundsService,
  createScopeClient,
  createStrategyChoice,
  createViewerSnapshots,
} from '@finance/funds-service';
import {
  createAccessReader,
  createAuditService,
  createPermissionService,
  type ChangeWatch,
} from '@finance/permission-service';
import type { IndexReplica } from '@finance/index-host';
import { createInProcessTransport, createSealer, type DefinedService } from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { pino } from 'pino';

/** What both services in one process need. */
export interface StandaloneOptions {
  /** Holds the database. */
  readonly audit: AuditTrail;
  readonly strategies: readonly StrategyName[];
  readonly tokenKey: Buffer | undefined;
  /** One of its own by default. */
  readonly scopes?: ScopeCache;
  /** Absent where none is kept. */
  readonly index?: IndexReplica | undefined;
  /** Absent where changes are not watched. */
  readonly watch?: ChangeWatch | undefined;
}

/** Both services and the audit log on one database; funds-service asks permission-service in process. */
export function buildServices({
  audit,
  strategies,
  tokenKey,
  scopes = createScopeCache(),
  index,
  watch,
}: StandaloneOptions): DefinedService[] {
  const { database, calls } = audit;
  const sealer = createSealer(tokenKey);
  const pageTokens = createPageTokens(sealer);
  const consistency = createConsistencyTokens(sealer, database);
  const permission = createPermissionService({
    database,
    readAccess: createAccessReader({ database, consistency, index }),
    pageTokens,
    consistency,
    watch,
  });
  // The outer call is logged and put on record; its in-process part would only double the lines.
  const transport = createInProcessTransport([permission], { log: pino({ enabled: false }) });
  const viewers = createViewerSnapshots({
    database,
    scopes,
    resolve: createScopeClient(transport),
  });
  const choice = createStrategyChoice(sqlStrategiesOn(database), strategies);
  const funds = createFundsService({
    database,
    viewers,
    reader: createFundReader({ viewers, strategies: choice, consistency, index }),
    pageTokens,
    consistency,
  });
  const services = [permission, funds, createAuditService({ database, pageTokens })];
  return services.map((service) => auditedService(service, { calls, consistency }));
}

import { auditedService, createConsistencyTokens, createPageTokens } from '@finance/api';
import type { AuditTrail } from '@finance/audit';
import {
  createFundReader,
  createFundsService,
  createStrategyChoice,
  createViewerSnapshots,
  type FullViewNames,
} from '@finance/funds-service';
import {
  createAccessReader,
  createAuditService,
  createPermissionService,
  type ChangeWatch,
} from '@finance/permission-service';
import type { IndexReplica } from '@finance/index-host';
import { createSealer, type DefinedService } from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';

/** What both services in one process need. */
export interface StandaloneOptions {
  /** Holds the database. */
  readonly audit: AuditTrail;
  readonly strategies: readonly StrategyName[];
  readonly tokenKey: Buffer | undefined;
  readonly fullViewNames: FullViewNames;
  /** Absent where none is kept. */
  readonly index?: IndexReplica | undefined;
  /** Absent where changes are not watched. */
  readonly watch?: ChangeWatch | undefined;
}

/** Both services and the audit log on one database. */
export function buildServices(options: StandaloneOptions): DefinedService[] {
  const { audit, strategies, tokenKey, fullViewNames, index, watch } = options;
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
  const viewers = createViewerSnapshots({ database });
  const choice = createStrategyChoice(sqlStrategiesOn(database), strategies);
  const funds = createFundsService({
    database,
    viewers,
    reader: createFundReader({ viewers, strategies: choice, consistency, index }),
    pageTokens,
    consistency,
    fullViewNames,
  });
  const services = [permission, funds, createAuditService({ database, pageTokens })];
  return services.map((service) => auditedService(service, { calls, consistency }));
}

import { createConsistencyTokens, createPageTokens } from '@finance/api';
import {
  createFundsService,
  createScopeClient,
  createStrategyChoice,
  createViewerSnapshots,
} from '@finance/funds-service';
import { createPermissionService } from '@finance/permission-service';
import type { Database } from '@finance/schema';
import { createInProcessTransport, createSealer, type DefinedService } from '@finance/service-kit';
import { sqlStrategiesOn } from '@finance/strategies';
import type { StrategyName } from '@finance/strategy-contract';
import { pino } from 'pino';

/** What both services in one process need. */
export interface StandaloneOptions {
  readonly database: Database;
  readonly strategies: readonly StrategyName[];
  readonly tokenKey: Buffer | undefined;
}

/** Both services on one database; funds-service asks permission-service in process. */
export function buildServices({ database, strategies, tokenKey }: StandaloneOptions): DefinedService[] {
  const sealer = createSealer(tokenKey);
  const pageTokens = createPageTokens(sealer);
  const consistency = createConsistencyTokens(sealer, database);
  const permission = createPermissionService({ database, pageTokens, consistency });
  // The outer call is logged; its in-process part would only double the lines.
  const transport = createInProcessTransport([permission], { log: pino({ enabled: false }) });
  const funds = createFundsService({
    database,
    viewers: createViewerSnapshots(database, createScopeClient(transport)),
    strategies: createStrategyChoice(sqlStrategiesOn(database), strategies),
    pageTokens,
    consistency,
  });
  return [permission, funds];
}

import type { FaultScenario } from './scenario.ts';
import { failover } from './scenarios/failover.ts';
import { databaseSlow } from './scenarios/database-slow.ts';
import { indexBinlogPurged, indexFeedCut, indexMysqlKilled } from './scenarios/index-faults.ts';
import { indexLargeTransaction } from './scenarios/index-large-transaction.ts';
import { indexRevocation, indexWalks } from './scenarios/index-histories.ts';
import { matrix } from './scenarios/matrix.ts';
import { mysqlKilled } from './scenarios/mysql-killed.ts';
import { crossingMoves, lostUpdates } from './scenarios/org-writes.ts';
import { overload } from './scenarios/overload.ts';
import { rollingRestart } from './scenarios/rolling-restart.ts';

/** Every scenario by its name on the command line. */
export const faultScenarios: Readonly<Record<string, FaultScenario>> = {
  matrix,
  'mysql-killed': mysqlKilled,
  'database-slow': databaseSlow,
  overload,
  'rolling-restart': rollingRestart,
  'crossing-moves': crossingMoves,
  'lost-updates': lostUpdates,
  'index-mysql-killed': indexMysqlKilled,
  'index-binlog-purged': indexBinlogPurged,
  'index-feed-cut': indexFeedCut,
  'index-large-transaction': indexLargeTransaction,
  'index-revocation': indexRevocation,
  'index-walks': indexWalks,
  failover,
};

import { totalmem } from 'node:os';

const mib = 1024 * 1024;
/** The data sets of this project (1 M rows a table) fit; a quarter of a small machine's memory is the other bound. */
const bufferPoolBytes = Math.min(1024 * mib, Math.max(128 * mib, Math.floor(totalmem() / 4 / mib) * mib));

/**
 * The settings every private server runs with, wherever its binary comes from: a change feed can follow it (row images,
 * GTIDs), an acknowledged write survives a crash, files reach it only through LOCAL INFILE. `loose-` marks settings
 * that some release since 8.0 does not know.
 */
export function serverFlags(): string[] {
  return [
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--default-time-zone=+00:00',
    '--secure-file-priv=NULL',
    '--local-infile=ON',
    '--skip-name-resolve=ON',
    '--max-connections=200',
    '--max-allowed-packet=64M',
    '--loose-mysqlx=OFF',
    '--server-id=1',
    '--log-bin=binlog',
    '--loose-binlog-format=ROW',
    '--binlog-row-image=FULL',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    // A commit is acknowledged once both logs are on disk: what a reader of the binlog saw is never lost by a crash.
    '--sync-binlog=1',
    '--innodb-flush-log-at-trx-commit=1',
    // Two hours of changes: enough to resume a feed in development, little enough for a laptop's disk.
    '--binlog-expire-logs-seconds=7200',
    '--max-binlog-size=256M',
    `--innodb-buffer-pool-size=${bufferPoolBytes}`,
    '--loose-innodb-redo-log-capacity=1G',
  ];
}

import { historyChanged } from '@finance/api';
import { ChangeFeedError, type ChangeFeed } from '@finance/change-feed';
import { DomainError } from '@finance/domain';

const remedy: Readonly<Record<ChangeFeed['engine'], string>> = {
  mysql:
    'GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* to its user and set log_bin = ON, binlog_format = ROW, ' +
    'binlog_row_image = FULL and gtid_mode = ON; `npx nx run seeder:doctor` tells which is missing',
  sqlite: '`npx nx run seeder:doctor` tells which trigger of the change log is missing',
};

/** The end of a feed as a caller may see it; the feed's own message, which may name hosts, is for the log. */
export function watchProblem(engine: ChangeFeed['engine'], error: unknown): unknown {
  if (!(error instanceof ChangeFeedError)) return error;
  const options = { cause: error };
  switch (error.kind) {
    case 'setup':
      return new DomainError(
        'CHANGE_FEED_NOT_READY',
        `the database does not tell of its changes: ${remedy[engine]}`,
        { engine },
        options,
      );
    case 'rebuild':
      return positionPurged(options);
    case 'history':
      return historyLost(options);
    case 'unavailable':
      return interrupted(options);
  }
}

export const positionPurged = (options?: ErrorOptions): DomainError =>
  new DomainError(
    'POSITION_PURGED',
    'the changes after this position are no longer known: load again what you keep, then watch with an empty after_token',
    { field: 'after_token' },
    options,
  );

/** For who resumes after, or was told of, what the database has lost. */
export const historyLost = (options?: ErrorOptions): DomainError => historyChanged('after_token', options);

export const interrupted = (options?: ErrorOptions): DomainError =>
  new DomainError(
    'DATABASE_UNAVAILABLE',
    'the database stopped telling of its changes: watch again after the last position',
    {},
    options,
  );

export const shuttingDown = (): DomainError =>
  new DomainError('SERVER_SHUTTING_DOWN', 'this server is shutting down: watch again after the last position');

export const tooSlow = (bufferedMax: number): DomainError =>
  new DomainError(
    'CONSUMER_TOO_SLOW',
    `more than ${bufferedMax} events were waiting for this caller: take them faster, and watch again after the last position`,
    { buffered_max: String(bufferedMax) },
  );

export const stalled = (stallMs: number): DomainError =>
  new DomainError(
    'CONSUMER_TOO_SLOW',
    `this caller took no event for ${stallMs / 1_000} s: watch again after the last position`,
    { stall_seconds: String(stallMs / 1_000) },
  );

export const tooMany = (what: string, max: number): DomainError =>
  new DomainError('OVERLOADED', `this server has ${max} ${what}, which is all it takes; retry later`, {
    max: String(max),
  });

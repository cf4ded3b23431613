import { DomainError } from '@finance/domain';

/** What ends a call that the end of the server does not wait for. */
export const shuttingDown = (): DomainError =>
  new DomainError('SERVER_SHUTTING_DOWN', 'this server is shutting down: go on at another one, or retry');

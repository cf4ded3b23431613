import { DomainError } from '@finance/domain';

/**
 * The intervals or the closure do not follow from `parent_id`: somebody changed users by other means than this
 * service. Writing on top of it would make it worse.
 */
export const outOfStep = (what: string): DomainError =>
  new DomainError(
    'INTERNAL',
    `the stored org tree is out of step with who reports to whom (${what}); ` +
      'nothing was changed; an operator must run seeder:doctor -- --repair',
  );

import { DomainError } from '@finance/domain';

/**
 * The intervals or the closure do not follow from `parent_id` where a write would build on them: somebody changed users
 * by plain SQL. Reads are right all the same, and so are writes elsewhere in the org.
 */
export const outOfStep = (what: string): DomainError =>
  new DomainError(
    'ORG_OUT_OF_STEP',
    `the stored org tree is out of step with who reports to whom (${what}); ` +
      'nothing was changed; an operator must run seeder:doctor -- --repair',
  );

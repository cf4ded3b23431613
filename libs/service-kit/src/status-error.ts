import type { Code } from '@connectrpc/connect';

/**
 * A bare gRPC status, for the protocols of others (health) that name a code and know nothing of our reasons.
 * Everything of ours throws DomainError instead.
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `setup`: an operator must grant or set something, the message says what. `rebuild`: the followed state can no longer
 * be brought up to date and must be loaded again; `history`: so it is, because the database has lost what was followed, or
 * gave its numbers to other transactions: it was failed over, restored or reset. `unavailable`: the database does not answer; try again later.
 */
export type ChangeFeedErrorKind = 'setup' | 'rebuild' | 'history' | 'unavailable';

/** Why a feed ended. The message is for operators: it may name tables and settings, never a password. */
export class ChangeFeedError extends Error {
  readonly kind: ChangeFeedErrorKind;

  constructor(kind: ChangeFeedErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChangeFeedError';
    this.kind = kind;
  }
}

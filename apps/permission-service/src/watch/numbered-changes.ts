import type { PersonChange, TransactionBatch } from '@finance/change-feed';

/** A change with its place: which one it is of which transaction. */
export interface NumberedChange {
  readonly transaction: string;
  /** From 1 on. */
  readonly ordinal: number;
  /** Whether it is known to be the last of its transaction. */
  readonly isLast: boolean;
  readonly change: PersonChange;
}

/** Numbers the changes of one follower's batches; a transaction may come in parts. */
export function createNumbering(): (batch: TransactionBatch<PersonChange>) => NumberedChange[] {
  let lastTransaction: string | undefined;
  let ordinal = 0;
  return ({ changes, transactions, position }) => {
    let at = 0;
    const numbered: NumberedChange[] = [];
    for (const [index, { id, end }] of transactions.entries()) {
      if (id !== lastTransaction) ordinal = 0;
      lastTransaction = id;
      const isWhole = position !== null || index < transactions.length - 1;
      for (; at < end; at += 1) {
        ordinal += 1;
        const isLast = isWhole && at === end - 1;
        numbered.push({ transaction: id, ordinal, isLast, change: changes[at]! });
      }
    }
    return numbered;
  };
}

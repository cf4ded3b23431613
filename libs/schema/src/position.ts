/** A point in one history of a database. */
export interface HistoryPoint {
  /** `history_id` of the table `history`. */
  readonly historyId: string;
  /** A GTID set; on SQLite `<sequence>.<mark>` of the last entry of the change log. */
  readonly point: string;
}

/** A point as text, as positions are handed about: `<history>/<point>`. */
export const positionText = ({ historyId, point }: HistoryPoint): string => `${historyId}/${point}`;

/** The inverse of {@link positionText}. A text without a history is a point alone, of no history. */
export function historyPointOf(position: string): HistoryPoint {
  const end = position.indexOf('/');
  return { historyId: position.slice(0, Math.max(0, end)), point: position.slice(end + 1) };
}

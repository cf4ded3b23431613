/** The key to insert: null lets the database choose one, which 0n stands for in requests. */
export const keyOrGenerated = (id: bigint): bigint | null => (id === 0n ? null : id);

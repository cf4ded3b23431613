/**
 * Settings of every connection: WAL lets readers keep their snapshot while one writes; FULL makes an acknowledged
 * write survive a power cut; 64 MB of page cache and 1 GB of mapped file keep hot indexes in memory.
 */
export const sqliteOpenSettings = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -65536;
  PRAGMA mmap_size = 1073741824;`;

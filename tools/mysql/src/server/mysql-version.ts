/** The oldest release with everything the product's SQL needs: recursive CTEs, window functions, roles. */
const majorMin = 8;

/** Why a server of this version cannot be used, or undefined when it can: MySQL 8.0 or newer, never MariaDB. */
export function versionObjection(version: string): string | undefined {
  if (/mariadb/i.test(version)) return `it is MariaDB (${version}), which differs from MySQL in GTIDs, JSON and plans`;
  const major = Number(/(\d+)\.\d+/.exec(version)?.[1] ?? 0);
  return major >= majorMin ? undefined : `it is MySQL ${version}, and at least ${majorMin}.0 is needed`;
}

/** The version in what `mysqld --version` prints: "mysqld  Ver 8.4.3 for Linux ..." or "Ver 10.11.6-MariaDB-...". */
export function versionFromBanner(banner: string): string {
  const version = /\bVer\s+(\S+)/.exec(banner)?.[1] ?? 'unknown';
  return /mariadb/i.test(banner) && !/mariadb/i.test(version) ? `${version}-MariaDB` : version;
}

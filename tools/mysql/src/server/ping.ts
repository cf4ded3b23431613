import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';

/** What a server says about itself. */
export interface ServerGreeting {
  readonly version: string;
  readonly uptimeSeconds: number;
}

interface StatusRow extends RowDataPacket {
  version: string;
  comment: string;
}

interface UptimeRow extends RowDataPacket {
  Value: string;
}

/** Where to connect and as whom. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/**
 * Connects, asks the server who it is and leaves. Throws what the driver throws: its messages name user and host but
 * hold no password. The version of a MariaDB contains "MariaDB".
 */
export async function pingServer(address: ServerAddress, timeoutMs: number): Promise<ServerGreeting> {
  const { host, port, user, password } = address;
  const connection = await createConnection({ host, port, user, password, connectTimeout: timeoutMs });
  try {
    const [rows] = await connection.query<StatusRow[]>('SELECT @@version AS version, @@version_comment AS comment');
    const [uptime] = await connection.query<UptimeRow[]>("SHOW GLOBAL STATUS LIKE 'Uptime'");
    const isMariaDb = /mariadb/i.test(`${rows[0]?.version} ${rows[0]?.comment}`);
    const version = rows[0]?.version ?? 'unknown';
    return {
      version: isMariaDb && !/mariadb/i.test(version) ? `${version}-MariaDB` : version,
      uptimeSeconds: Number(uptime[0]?.Value ?? 0),
    };
  } finally {
    connection.destroy();
  }
}

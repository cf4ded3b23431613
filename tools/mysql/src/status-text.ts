import type { MysqlStatus } from './mysql-status.ts';

/** The status for a person, a line a fact; unknown facts are left out. */
export function statusLines(status: MysqlStatus): string[] {
  const { running, source, version, host, port, pid, uptimeSeconds, folder, socket, log, problem } = status;
  const facts: [label: string, value: string | number | undefined][] = [
    ['state', running ? 'running' : 'not running'],
    ['source', source === 'url' ? 'MYSQL_URL' : source],
    ['version', version],
    ['address', host === undefined ? undefined : `${host}:${port}`],
    ['pid', pid],
    ['uptime', uptimeSeconds === undefined ? undefined : durationText(uptimeSeconds)],
    ['folder', folder],
    ['socket', socket],
    ['log', log],
    ['problem', problem],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [`${label.padEnd(8)} ${value}`]));
}

/** `NAME=value` as a shell reads it; quoted only when the value holds something a shell would interpret. */
export function shellAssignment(name: string, value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? `${name}=${value}` : `${name}='${value.replaceAll("'", `'\\''`)}'`;
}

function durationText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

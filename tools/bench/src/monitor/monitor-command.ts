import { setTimeout as sleep } from 'node:timers/promises';
import { resolveTarget, type StoredTarget } from '@finance/seeder';
import { Option, type Command } from 'commander';
import type { FigureGroup, Source } from './figures.ts';
import { lineText, screenText } from './monitor-text.ts';
import { mysqlSource } from './mysql-source.ts';
import { serviceSource } from './service-source.ts';
import { sqliteSource } from './sqlite-source.ts';

interface MonitorOptions {
  readonly store?: 'sqlite' | 'mysql';
  readonly url?: string;
  readonly service: string;
  readonly permissionService?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

/** Often enough to watch, and one probe a second is no load. */
const intervalMs = 1_000;
const clearScreen = '\x1b[H\x1b[2J';

/** Adds `monitor`: what database and service do now. */
export function registerMonitor(program: Command): void {
  program
    .command('monitor')
    .description('A live view of a database and a service, once a second; q or Ctrl-C ends it.')
    .addOption(new Option('--store <engine>', 'whose default database').choices(['sqlite', 'mysql']))
    .option('--url <url>', 'the database; default DATABASE_URL, else that of --store')
    .option('--service <url>', 'HTTP port of the service', 'http://127.0.0.1:8080')
    .option('--permission-service <url>', 'of permission-service, where it runs by itself')
    .option('--once', 'one sample over a second, then end')
    .option('--json', 'JSON, a line for each sample')
    .addHelpText(
      'after',
      `
A figure that cannot be had is shown as – with the reason below. MySQL's counters are those of the whole server and
include the monitor's own statement: one query and one temporary table a second.

Examples:
  npx nx run bench:monitor -- --store mysql
  npm run --silent monitor -w @finance/bench -- --store mysql --once --json`,
    )
    .action(monitor);
}

async function monitor(options: MonitorOptions): Promise<void> {
  if (!URL.canParse(options.service) || !options.service.startsWith('http')) {
    throw new Error(`--service '${options.service}' is no URL, for example http://127.0.0.1:8080`);
  }
  const sources = [databaseSource(await resolveTarget(options)), service(options)];
  const stop = new AbortController();
  const isScreen = process.stdout.isTTY && options.once !== true && options.json !== true;
  const release = listenForEnd(() => stop.abort());
  const notes = newNotes();
  const sampleAll = () => Promise.all(sources.map((source) => source.sample()));
  try {
    if (options.once) await sampleAll();
    while (!stop.signal.aborted) {
      await sleep(intervalMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) break;
      const groups = await sampleAll();
      if (!options.json && !isScreen && !options.once) notes.say(groups);
      process.stdout.write(render(groups, options, isScreen));
      if (options.once) break;
    }
  } finally {
    if (isScreen) process.stdout.write('\n');
    release();
    await Promise.all(sources.map((source) => source.close()));
  }
}

/** Beside plain lines, each reason for a missing figure is told once. */
function newNotes() {
  const told = new Set<string>();
  return {
    say: (groups: readonly FigureGroup[]): void => {
      for (const { name, note } of groups.flatMap((group) => group.figures)) {
        if (note === undefined || told.has(`${name}: ${note}`)) continue;
        told.add(`${name}: ${note}`);
        process.stderr.write(`– for ${name}: ${note}\n`);
      }
    },
  };
}

function render(groups: readonly FigureGroup[], options: MonitorOptions, isScreen: boolean): string {
  const at = new Date();
  if (options.json) return `${JSON.stringify({ at: at.toISOString(), groups })}\n`;
  if (isScreen) return `${clearScreen}${screenText(groups, at)}\n\nq ends`;
  return `${options.once ? screenText(groups, at) : lineText(groups, at)}\n`;
}

const databaseSource = (target: StoredTarget): Source =>
  target.engine === 'mysql' ? mysqlSource(target) : sqliteSource(target.file);

const service = ({ service: url, permissionService }: MonitorOptions): Source =>
  serviceSource(url.replace(/\/$/, ''), permissionService?.replace(/\/$/, ''));

/** Calls `end` on q, Ctrl-C or a signal; @returns what gives the terminal back. */
function listenForEnd(end: () => void): () => void {
  const { stdin } = process;
  const onKey = (key: Buffer): void => {
    if (key.includes('q') || key.includes(0x03)) end();
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdin.on('data', onKey);
  }
  return () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    if (!stdin.isTTY) return;
    stdin.off('data', onKey);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

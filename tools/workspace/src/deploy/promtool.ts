import {
  cacheFolderOf,
  findDebianProgram,
  findOnPath,
  messageOf,
  SetupError,
  type Progress,
} from '@finance/private-server';

/** A program that can be run here: `command` with `args` in front of its own arguments. */
export interface Promtool {
  readonly command: string;
  readonly args: readonly string[];
}

/** What the server shows in a browser, and what installing it needs; promtool is one static program. */
const leftOut = new Set([
  'adduser',
  'debconf',
  'fonts-glyphicons-halflings',
  'init-system-helpers',
  'libjs-bootstrap4',
  'libjs-d3',
  'libjs-eonasdan-bootstrap-datetimepicker',
  'libjs-jquery',
  'libjs-jquery-hotkeys',
  'libjs-moment',
  'libjs-moment-timezone',
  'libjs-mustache',
  'libjs-popper.js',
  'libjs-rickshaw',
  'prometheus-node-exporter',
]);

/**
 * `promtool` of the path, else of Debian's package `prometheus`, unpacked into the cache folder (about 40 MB).
 * Throws SetupError that says what to install.
 */
export async function findPromtool(progress: Progress): Promise<Promtool> {
  const [command] = findOnPath('promtool', process.env);
  if (command) return { command, args: [] };
  try {
    const cacheFolder = cacheFolderOf(process.env);
    const program = 'usr/bin/promtool';
    return await findDebianProgram({
      package: 'prometheus',
      program,
      leftOut,
      cacheFolder,
      cacheName: 'debian-prometheus',
      progress,
    });
  } catch (error) {
    throw new SetupError(
      `no promtool: there is none on the path, and Debian's packages: ${messageOf(error)}\n` +
        'Install it (Debian, Ubuntu: apt-get install prometheus; macOS: brew install prometheus) and try again.',
    );
  }
}

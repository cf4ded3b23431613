import { statSync, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { inOwnWords } from '@finance/domain';
import { gauge, type Metric } from '@finance/metrics';
import type { Logger } from 'pino';

/** What files hold, as of their last change that could be taken. */
export interface Followed<T> {
  readonly current: T;
  onChange(listener: (current: T) => void): void;
}

/** Follows the files that tell who may call, so that a key or certificate is replaced without a restart. */
export interface FileFollower {
  /**
   * Reads now, and again within two seconds after one of the files has changed. What cannot be taken then leaves
   * the content of before in force, is logged as an error every minute, and shows in the metric.
   * @param setting names the files in the log
   * @throws what `read` throws, at the first time
   */
  follow<T>(setting: string, files: readonly string[], read: () => T): Followed<T>;
  /** The same for who reads at their own pace: calls `reread` after a change; what it rejects with is told as above. */
  watch(setting: string, files: readonly string[], reread: () => unknown): void;
  readonly metrics: readonly Metric[];
  close(): void;
}

const lookMs = 500;
const repeatMs = 60_000;

/** One timer for all files; a look costs a stat of each. */
export function createFileFollower(log: Logger): FileFollower {
  const watched: WatchedFiles[] = [];
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    await Promise.all(watched.map((each) => each.look()));
    looking = false;
  };
  const timer = setInterval(() => void look(), lookMs).unref();
  const watch: FileFollower['watch'] = (setting, files, reread) =>
    void watched.push(new WatchedFiles(setting, files, reread, log));
  return {
    watch,
    follow: <T>(setting: string, files: readonly string[], read: () => T): Followed<T> => {
      const listeners: ((current: T) => void)[] = [];
      let current: T;
      const reread = () => {
        current = read();
        for (const listener of listeners) listener(current);
      };
      // Watched before they are read, so that no change falls between.
      watch(setting, files, reread);
      reread();
      return {
        get current() {
          return current;
        },
        onChange: (listener) => void listeners.push(listener),
      };
    },
    metrics: [
      gauge(
        'finance_identity_files_refused',
        'Settings whose files have changed into something that cannot be taken; what was before counts on.',
        () => watched.filter(({ isRefused }) => isRefused).length,
      ),
    ],
    close: () => clearInterval(timer),
  };
}

class WatchedFiles {
  isRefused = false;
  readonly #setting: string;
  readonly #files: readonly string[];
  readonly #reread: () => unknown;
  readonly #log: Logger;
  /** What the files looked like when they were read. */
  #read: string;
  #seen: string;
  #toldMs = 0;

  constructor(setting: string, files: readonly string[], reread: () => unknown, log: Logger) {
    this.#setting = setting;
    this.#files = files;
    this.#reread = reread;
    this.#log = log;
    this.#read = files.map(stampNow).join();
    this.#seen = this.#read;
  }

  /** Reads what has changed once it rests, so that a file half written, or one of two, is not taken for the whole. */
  async look(): Promise<void> {
    const stamps = this.#files.map((file) => stat(file, { bigint: true }).then(stampOf, codeOf));
    const now = (await Promise.all(stamps)).join();
    const rests = now === this.#seen;
    this.#seen = now;
    if (!rests) return;
    if (now !== this.#read) await this.#take(now);
    else if (this.isRefused && performance.now() - this.#toldMs > repeatMs) await this.#take(now);
  }

  async #take(stamp: string): Promise<void> {
    this.#read = stamp;
    const fields = { setting: this.#setting, files: this.#files };
    try {
      await this.#reread();
      this.isRefused = false;
      this.#log.info(fields, 'read again after a change');
    } catch (error) {
      this.isRefused = true;
      this.#toldMs = performance.now();
      this.#log.error(
        { ...fields, problem: inOwnWords(error) },
        'a changed file cannot be taken: what it held before counts on; mend it',
      );
    }
  }
}

/** Tells a changed file, also one that a link leads to now, from the same one. */
const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(':');

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

function stampNow(file: string): string {
  try {
    return stampOf(statSync(file, { bigint: true }));
  } catch (error) {
    return codeOf(error);
  }
}

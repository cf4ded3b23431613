import type { z } from 'zod';
import { settingHelp, settingsMarkdown, settingsShown } from './config-docs.ts';

/** One setting: how to read it, what it means, and what it is when unset. */
export interface Setting<T = unknown> {
  /** Parses the raw text of the environment variable. */
  readonly schema: z.ZodType<T, string>;
  /** The parsed value when unset; a setting without a default is then undefined. */
  readonly default?: T;
  /** One sentence, with units. */
  readonly description: string;
  /** Never shown, in problems either. */
  readonly secret?: boolean;
  /** Raw text that parses. */
  readonly example?: string;
}

/** Settings by the name of their environment variable. */
export type Settings = Readonly<Record<string, Setting>>;

/** The parsed settings; undefined is possible exactly where there is no default. */
export type ConfigOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends { readonly default: unknown }
    ? z.output<S[K]['schema']>
    : z.output<S[K]['schema']> | undefined;
};

/** Settings as code, `--help` and documentation. */
export interface ConfigTable<S extends Settings> {
  /** Throws a ConfigError that holds every problem at once. Unset and empty are the same. */
  parse(env?: Readonly<Record<string, string | undefined>>): ConfigOf<S>;
  /** Text for `--help`; `usage` is its first line. */
  help(usage: string): string;
  /** Each setting as it is now, for the log: secrets as `set` or `unset`, URLs without their user and password. */
  shown(env?: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>>;
  /** A Markdown table, one row a setting. */
  markdown(): string;
}

/** Settings that cannot be taken; each problem is one line that names the setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The values of settings when none is set. */
export function settingDefaults<const S extends Settings>(settings: S): ConfigOf<S> {
  return defineConfig(settings).parse({});
}

/** Makes one table serve parsing, `--help` and documentation. */
export function defineConfig<const S extends Settings>(settings: S): ConfigTable<S> {
  return {
    parse(env = process.env) {
      const problems: string[] = [];
      const values: Record<string, unknown> = {};
      for (const [name, setting] of Object.entries(settings)) {
        values[name] = parseSetting(name, setting, env[name], problems);
      }
      if (problems.length > 0) throw new ConfigError(problems);
      return values as ConfigOf<S>;
    },
    help: (usage) => settingHelp(usage, settings),
    shown: (env = process.env) => settingsShown(settings, env),
    markdown: () => settingsMarkdown(settings),
  };
}

function parseSetting(name: string, setting: Setting, raw: string | undefined, problems: string[]): unknown {
  if (raw === undefined || raw === '') return setting.default;
  const parsed = setting.schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const why = [...new Set(parsed.error.issues.map((issue) => issue.message))].join('; ');
  problems.push(`${name}: ${why}${setting.secret === true ? '' : `, not ${JSON.stringify(raw)}`}`);
  return undefined;
}

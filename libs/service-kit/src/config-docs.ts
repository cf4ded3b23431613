import type { Setting, Settings } from './config.ts';

/** Text for `--help`: the usage line, then each setting with its default and example. */
export function settingHelp(usage: string, settings: Settings): string {
  const lines = Object.entries(settings).flatMap(([name, setting]) => [
    `  ${name}`,
    `      ${setting.description}${remark(setting)}`,
  ]);
  return [usage, '', 'Settings, from the environment:', ...lines, ''].join('\n');
}

/** A Markdown table with the columns Setting, Default and Meaning. */
export function settingsMarkdown(settings: Settings): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const example = setting.example === undefined ? '' : ` Example: \`${cell(setting.example)}\`.`;
    return `| \`${name}\` | ${defaultCell(setting)} | ${cell(setting.description)}${example} |`;
  });
  return ['| Setting | Default | Meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** Each setting as the environment has it, else its default; nothing secret. */
export function settingsShown(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const raw = env[name] ?? '';
      if (setting.secret === true) return [name, raw === '' ? 'unset' : 'set'];
      return [name, raw === '' ? String(setting.default ?? 'unset') : raw.replace(/\/\/[^/@]*@/g, '//(secret)@')];
    }),
  );
}

function remark(setting: Setting): string {
  const parts = [
    setting.default === undefined ? undefined : `default ${shown(setting)}`,
    setting.example === undefined ? undefined : `example ${setting.example}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function defaultCell(setting: Setting): string {
  return setting.default === undefined ? '' : `\`${cell(shown(setting))}\``;
}

function shown(setting: Setting): string {
  return setting.secret === true ? '(secret)' : String(setting.default);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

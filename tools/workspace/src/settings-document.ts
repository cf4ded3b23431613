import { fundsSettings } from '@finance/funds-service';
import { permissionSettings } from '@finance/permission-service';
import { defineConfig } from '@finance/service-kit';

/** docs/settings.md, made from the same tables as `--help`. */
export function settingsDocument(): string {
  return `# Settings

Environment variables. \`npm start\` takes those of funds-service but the one about replicas, and of permission-service those about watchers. Made by \`npm run gen\`; do not edit.

## funds-service and \`npm start\`

${defineConfig(fundsSettings).markdown().trim()}

## permission-service

${defineConfig(permissionSettings).markdown().trim()}
`;
}

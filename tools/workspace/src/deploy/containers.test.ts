import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePublicKey, signingKey } from '@finance/audit';
import { fundsSettings } from '@finance/funds-service';
import { permissionSettings } from '@finance/permission-service';
import { readCredentials } from '@finance/service-kit';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { root } from '../root.ts';

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
}

const compose = parse(textOf('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const services = Object.entries(compose.services);
const namesOf = (list: ComposeService['depends_on']): readonly string[] =>
  list === undefined ? [] : Array.isArray(list) ? list : Object.keys(list);

/** What deploy/make-secrets.sh makes, in a folder of its own. */
function makeSecrets(): string {
  const folder = mkdtempSync(join(tmpdir(), 'finance-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'deploy'));
  const script = join(folder, 'deploy/make-secrets.sh');
  copyFileSync(join(root, 'deploy/make-secrets.sh'), script);
  const run = () => spawnSync('sh', [script], { encoding: 'utf8' });
  expect(run()).toMatchObject({ status: 0, stderr: '' });
  const made = readFileSync(join(folder, 'var/secrets/credentials.json'), 'utf8');
  expect(run().status).toBe(0);
  expect(readFileSync(join(folder, 'var/secrets/credentials.json'), 'utf8'), 'a second run changes nothing').toBe(made);
  const secrets = join(folder, 'var/secrets');
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
  const forContainers = ['credentials.json', 'prometheus.key'];
  expect(readdirSync(secrets).filter((name) => (statSync(join(secrets, name)).mode & 0o077) !== 0)).toEqual(
    forContainers,
  );
  return folder;
}

it('compose: everything that a service names is there', () => {
  const folder = makeSecrets();
  for (const [name, service] of services) {
    for (const other of namesOf(service.depends_on)) expect(compose.services, name).toHaveProperty(other);
    for (const secret of service.secrets ?? []) expect(compose.secrets, name).toHaveProperty(secret);
    for (const file of service.env_file ?? []) expect(existsSync(join(folder, file)), `${name}: ${file}`).toBe(true);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./')) expect(existsSync(join(root, source)), `${name}: ${source}`).toBe(true);
      else expect(compose.volumes, name).toHaveProperty(source);
    }
    for (const port of service.ports ?? []) expect(port, 'open to this machine only').toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(service.image).toMatch(service.build === undefined ? /:v?\d/ : /^finance-permission-system$/);
    const script = service.command?.find((word) => word.endsWith('.ts'));
    if (script !== undefined) expect(existsSync(join(root, script)), script).toBe(true);
  }
  for (const { file } of Object.values(compose.secrets)) expect(existsSync(join(folder, file)), file).toBe(true);
  expect(readCredentials(join(folder, 'var/secrets/credentials.json')).map(({ subject }) => subject)).toEqual([
    'caller',
    'prometheus',
  ]);
  const published = services.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(':')[1]));
  expect(new Set(published).size, 'no two services take one port').toBe(published.length);
});

it('compose: profiles are standalone by default, mysql and observability', () => {
  const of = (profile: string | undefined) =>
    services.filter(([, { profiles }]) => profiles?.[0] === profile).map(([name]) => name);
  expect(of(undefined)).toEqual(['standalone']);
  expect(of('mysql')).toEqual(['migrate', 'permission-service', 'funds-service', 'mysql']);
  expect(of('observability')).toEqual(['prometheus', 'grafana']);
});

it('compose: the programs are told only what they know, and what they know takes the values', () => {
  const folder = makeSecrets();
  const tables = {
    'funds-service': fundsSettings,
    'permission-service': permissionSettings,
    standalone: fundsSettings,
  };
  for (const [name, settings] of Object.entries(tables)) {
    const { environment = {}, env_file: files = [] } = compose.services[name]!;
    const fromFiles = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
    const pairs = [...Object.entries(environment), ...fromFiles.map((line) => line.split(/=(.*)/s).slice(0, 2))];
    for (const [key = '', value = ''] of pairs) {
      const setting = Object.entries(settings).find(([known]) => known === key)?.[1];
      expect(setting?.schema.safeParse(value).success, `${name}: ${key}`).toBe(true);
    }
  }
});

it('compose: each program signs checkpoints of the audit log, apart from the data, with a key that is known', () => {
  const folder = makeSecrets();
  const env = (name: string) =>
    Object.fromEntries([
      ...Object.entries(compose.services[name]!.environment ?? {}),
      ...(compose.services[name]!.env_file ?? []).flatMap((file) =>
        readFileSync(join(folder, file), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2)),
      ),
    ] as [string, string][]);
  const programs = ['standalone', 'permission-service', 'funds-service'];
  const volumes = programs.map((name) => {
    const { AUDIT_CHECKPOINT_FILE: file = '', AUDIT_SIGNING_KEY: key = '', AUDIT_SEAL_KEY: seal } = env(name);
    expect(seal, name).toMatch(/^[0-9a-f]{64}$/);
    const publicKey = signingKey(Buffer.from(key, 'base64')).publicKey.text;
    const told = readFileSync(join(folder, 'var/secrets/audit-public.key'), 'utf8').trim();
    expect(parsePublicKey(told).text, name).toBe(publicKey);
    const volume = compose.services[name]!.volumes?.find((each) => file.startsWith(`${each.split(':')[1]}/`));
    expect(volume, name).toBeDefined();
    return volume!.split(':')[0]!;
  });
  expect(new Set([...volumes, 'standalone-data', 'mysql-data']).size, 'volumes of their own').toBe(5);
  expect(textOf('Dockerfile')).toMatch(/install .*--owner=node .* audit$/m);
});

it('compose: the services have an account that cannot alter the audit log, the migration has another', () => {
  const folder = makeSecrets();
  const userOf = (file: string) =>
    new URL(readFileSync(join(folder, file), 'utf8').trim().replace('DATABASE_URL=', '')).username;
  const { migrate, 'funds-service': funds, 'permission-service': permission } = compose.services;
  expect(migrate?.command?.slice(-2)).toEqual(['--grant-to', userOf('var/secrets/database.env')]);
  expect(migrate?.env_file).toEqual(['var/secrets/owner.env']);
  for (const service of [funds, permission]) expect(service?.env_file).not.toContain('var/secrets/owner.env');
  expect(userOf('var/secrets/owner.env')).not.toBe(userOf('var/secrets/database.env'));
  const account = textOf('deploy/mysql/accounts.sh');
  expect(account).toContain(`CREATE USER '${userOf('var/secrets/database.env')}'@'%'`);
  expect(account).not.toMatch(/GRANT [A-Z, ]+ ON finance\.\* TO 'finance_service'/);
});

it('Dockerfile: the tested Node.js, nobody special, no tools of development', () => {
  const dockerfile = textOf('Dockerfile');
  const lockfile = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { version: string }> };
  expect(dockerfile).toContain(`ARG NODE_VERSION=${lockfile.packages['node_modules/node']?.version}\n`);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/npm ci --omit=dev --ignore-scripts/);
  for (const [, script = ''] of dockerfile.matchAll(/"([\w/-]+\.ts)"/g)) {
    expect(existsSync(join(root, script)), script).toBe(true);
  }
});

it('.dockerignore: lets in by name what the programs import, and nothing else', () => {
  const allowed = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(textOf('.dockerignore')).toMatch(/^\*\*$/m);
  for (const path of allowed) expect(existsSync(join(root, path)), path).toBe(true);
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const short = name.replace('@finance/', '');
    const folder = ['apps', 'libs', 'tools']
      .map((kind) => `${kind}/${short}`)
      .find((one) => existsSync(join(root, one)));
    const isIn = allowed.some((path) => folder === path || folder?.startsWith(`${path}/`));
    expect(isIn, `${folder} is not in the image`).toBe(true);
    const { dependencies = {} } = JSON.parse(textOf(`${folder}/package.json`)) as { dependencies?: object };
    for (const other of Object.keys(dependencies)) if (other.startsWith('@finance/')) visit(other);
  };
  for (const name of ['standalone', 'funds-service', 'permission-service', 'seeder']) visit(`@finance/${name}`);
  expect(seen).not.toContain('@finance/testkit');
});

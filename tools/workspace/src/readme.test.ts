import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { blocksOf, commandsOf } from './readme-blocks.ts';
import { root } from './root.ts';
import { settingsDocument } from './settings-document.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'finance-readme-'));
const env = { ...process.env, DATABASE_URL: `sqlite:${join(folder, 'finance.db')}`, NX_DAEMON: 'false' };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` as a newcomer types it, but on free ports and another file. */
async function npmStart(): Promise<{ grpc: string; http: string; stop: () => Promise<void> }> {
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...env, GRPC_PORT: '0', HTTP_PORT: '0' },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const serving = await new Promise<{ grpc: string; http: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"msg":"serving"')) resolve(JSON.parse(line) as { grpc: string; http: string });
    });
    void ended.then(() => reject(new Error('npm start ended')));
  });
  return {
    ...serving,
    stop: async () => {
      process.kill(-child.pid!, 'SIGTERM');
      await ended;
    },
  };
}

function run(command: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: root, env, encoding: 'utf8' });
  expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const hasGrpcurl = spawnSync('grpcurl', ['-version']).status === 0;

it('every command of the README works as written', async () => {
  const commands = commandsOf(readme);
  const calls = commands.filter((command) => /^(curl|grpcurl) /.test(command));
  const others = commands.filter((command) => command.startsWith('npx nx run '));
  // `npm test` is what runs this file.
  expect(commands.length).toBe(calls.length + others.length + ['npm start', 'npm test'].length);

  const server = await npmStart();
  try {
    for (const call of calls) {
      const reached = call.replace('localhost:8080', new URL(server.http).host).replace('localhost:50051', server.grpc);
      const answer: unknown = JSON.parse(run(hasGrpcurl ? reached : withoutGrpcurl(reached)));
      expect(answer, call).not.toHaveProperty('code');
      expect(Object.keys(answer as object).length, call).toBeGreaterThan(1);
    }
    const shown = JSON.parse(blocksOf(readme).find(({ language }) => language === 'json')!.text) as object;
    const real = JSON.parse(run(calls[0]!.replace('localhost:8080', new URL(server.http).host))) as object;
    const token = expect.any(String) as string;
    // SQL answers until the index is ready.
    const strategyUsed = expect.stringMatching(/_(LIVE_INDEX|ADAPTIVE_SQL)$/) as string;
    expect(real).toEqual({ ...shown, nextPageToken: token, consistencyToken: token, strategyUsed });
  } finally {
    await server.stop();
  }
  for (const command of others) run(command);
});

/** buf sends the same request by the same protocol, reflection included. */
function withoutGrpcurl(command: string): string {
  const match = /^grpcurl -plaintext -d (.+) (\S+) (\S+)$/.exec(command);
  if (!match) return command;
  return `npx buf curl --protocol grpc --http2-prior-knowledge -d ${match[1]} http://${match[2]}/${match[3]}`;
}

it('docs/settings.md is what the settings say', () => {
  const words = (text: string) => text.replaceAll(/[\s|:-]+/g, ' ');
  expect(words(readFileSync(join(root, 'docs/settings.md'), 'utf8'))).toBe(words(settingsDocument()));
});

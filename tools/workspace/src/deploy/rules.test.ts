import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import { findPromtool } from './promtool.ts';

const promtool = await findPromtool((line) => process.stderr.write(`promtool: ${line}\n`));

it.each([
  ['the rules are well-formed', ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yml']],
  ['the configuration is well-formed', ['check', 'config', '--syntax-only', 'prometheus.yml']],
  ['each alert is raised by what it is about, and not by less', ['test', 'rules', 'rules.test.yml']],
])('promtool: %s', (_name, args) => {
  const { status, stdout, stderr } = spawnSync(promtool.command, [...promtool.args, ...args], {
    cwd: join(root, 'deploy/prometheus'),
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).not.toMatch(/FAILED|lint error/);
  expect(status).toBe(0);
});

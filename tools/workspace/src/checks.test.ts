import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lint, releasedContract } from './checks.ts';
import { root } from './root.ts';
import { runCommand } from './run-command.ts';

const planted: string[] = [];
const plant = (file: string, text: string): void => {
  planted.push(join(root, file));
  writeFileSync(join(root, file), text);
};
afterEach(() => planted.splice(0).forEach((file) => rmSync(file, { force: true })));

describe('the boundary rule', () => {
  const timeout = 60_000;

  it('turns red when core imports data', { timeout }, () => {
    plant(
      'libs/domain/src/planted.ts',
      `import { openDatabase } from '@finance/schema';\nexport const planted = openDatabase;\n`,
    );
    const { ok, output } = lint();
    expect(output).toContain('enforce-module-boundaries');
    expect(ok).toBe(false);
  });

  it('turns red when an RPC file imports a database driver', { timeout }, () => {
    plant('apps/funds-service/src/rpc/planted.ts', `import mysql from 'mysql2';\nexport const planted = mysql;\n`);
    const { ok, output } = lint();
    expect(output).toContain('enforce-module-boundaries');
    expect(ok).toBe(false);
  });

  it('turns red when core uses node', { timeout }, () => {
    plant(
      'libs/domain/src/planted.ts',
      `import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n`,
    );
    const { ok, output } = lint();
    expect(output).toContain('core is pure');
    expect(ok).toBe(false);
  });
});

describe('the breaking change check', () => {
  it('turns red when a field changes its number', () => {
    const folder = mkdtempSync(join(tmpdir(), 'finance-proto-'));
    try {
      cpSync(join(root, 'proto'), join(folder, 'proto'), { recursive: true });
      cpSync(join(root, 'buf.yaml'), join(folder, 'buf.yaml'));
      const file = join(folder, 'proto/finance/funds/v1/funds_service.proto');
      writeFileSync(file, readFileSync(file, 'utf8').replace('string order_by = 5;', 'string order_by = 55;'));
      const { ok, output } = runCommand('buf', ['breaking', folder, '--against', join(root, releasedContract)]);
      expect(output).toContain('order_by');
      expect(ok).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

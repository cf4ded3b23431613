import { describe, expect, it } from 'vitest';
import { Output } from '../output/output.ts';
import { createProgram } from '../program.ts';
import { runFinance } from '../testing/run-finance.ts';

const program = createProgram(new Output(process));
const paths = program.commands.flatMap((group) => [
  [group.name()],
  ...group.commands.map((command) => [group.name(), command.name()]),
]);

describe('--help', () => {
  it('knows all commands', () => {
    expect(new Set(paths.map((path) => path.join(' ')))).toEqual(
      new Set([
        'funds',
        'funds list',
        'funds get',
        'funds summary',
        'funds export',
        'access',
        'access check',
        'access explain',
        'access viewers',
        'users',
        'users list',
        'users get',
        'users subordinates',
        'users move',
        'customers',
        'customers orders',
        'audit',
        'audit list',
        'audit verify',
        'watch',
      ]),
    );
  });
  it.each(paths)('of %s %s has examples and exit codes and ends with 0', async (...path) => {
    const { code, stdout, stderr } = await runFinance([...path.filter((part) => part !== undefined), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Examples:\n  npx finance ${path.join(' ').trim()}`);
    expect(stdout).toContain('4  permission denied');
    if (path[1] !== undefined) for (const option of ['--json', '--csv', '--server']) expect(stdout).toContain(option);
  });
  it('without a command goes to stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await runFinance([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('npx nx run cli:run -- ');
  });
});

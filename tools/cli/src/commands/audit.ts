import type { Command } from 'commander';
import { withExamples } from '../options/command-options.ts';
import type { Output } from '../output/output.ts';
import { addAuditList } from './audit-list.ts';
import { addAuditVerify } from './audit-verify.ts';

/** `finance audit …` */
export function addAudit(program: Command, output: Output): void {
  const group = withExamples(program.command('audit').description('who asked what, and what was decided and changed'), [
    'audit list --newest',
    'audit verify --checkpoints funds-1.checkpoints --public-key <key>',
  ]);
  addAuditList(group, output);
  addAuditVerify(group, output);
}

import type { Command } from 'commander';
import { withExamples } from '../options/command-options.ts';
import type { Output } from '../output/output.ts';
import { addUsersGet } from './users-get.ts';
import { addUsersList } from './users-list.ts';
import { addUsersMove } from './users-move.ts';
import { addUsersSubordinates } from './users-subordinates.ts';

/** `finance users …` */
export function addUsers(program: Command, output: Output): void {
  const group = withExamples(program.command('users').description('the people of the org, and moving them'), [
    'users list --role supervisor',
    'users subordinates 2 --depth 1',
    'users move 41 --to 150 --dry-run',
  ]);
  addUsersList(group, output);
  addUsersGet(group, output);
  addUsersSubordinates(group, output);
  addUsersMove(group, output);
}

import { readFileSync } from 'node:fs';
import { ErrorReasonSchema } from '@finance/contract/error-reason';
import { Code } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { codeByReason, codeName } from './error-codes.ts';

const proto = readFileSync(new URL('../../../proto/finance/common/v1/error_reason.proto', import.meta.url), 'utf8');
const documented = [
  ...proto.matchAll(/\/\/ ([A-Z_]+): [^\n]*(?:\n {2}\/\/[^\n]*)*\n {2}ERROR_REASON_([A-Z_]+) = \d+;/g),
];

test('the reasons are exactly those of the contract', () => {
  const inContract = ErrorReasonSchema.values.map((value) => value.name.replace('ERROR_REASON_', ''));
  expect(Object.keys(codeByReason).toSorted()).toEqual(inContract.filter((name) => name !== 'UNSPECIFIED').toSorted());
});

test('each code is the one that the contract documents', () => {
  const table = Object.fromEntries(Object.entries(codeByReason).map(([reason, code]) => [reason, codeName(code)]));
  expect(table).toEqual(Object.fromEntries(documented.map(([, code, reason]) => [reason, code])));
});

test('codes are named as gRPC names them', () => {
  expect([Code.Canceled, Code.InvalidArgument, Code.Internal].map(codeName)).toEqual([
    'CANCELLED',
    'INVALID_ARGUMENT',
    'INTERNAL',
  ]);
});

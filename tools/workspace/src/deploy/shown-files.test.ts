import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../root.ts';

test.each([
  'deploy/haproxy/haproxy.cfg',
  'deploy/nginx/finance.conf',
  'deploy/clients/grpc-service-config.json',
  'deploy/clients/connect-retry.ts',
])('docs/operations.md shows %s as it is', (file) => {
  const blocks = [...readFileSync(join(root, 'docs/operations.md'), 'utf8').matchAll(/^```\w*\n(.*?)^```$/gms)];
  expect(blocks.map(([, block]) => block)).toContain(readFileSync(join(root, file), 'utf8'));
});

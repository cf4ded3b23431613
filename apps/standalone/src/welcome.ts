import { workspaceRoot } from '@finance/schema';
import type { ViewerHint } from '@finance/seeder';
import type { RunningServers } from '@finance/service-kit';

/** What a newcomer reads after the start: two lines to paste, and whom to look as. */
export function welcome(servers: RunningServers, viewers: readonly ViewerHint[]): string {
  const viewer = viewers.find((each) => each.role === 'supervisor') ?? viewers[0];
  const request = JSON.stringify({ viewerUserId: String(viewer?.userId ?? 1n), pageSize: 5, orderBy: 'amount desc' });
  const rpc = 'finance.funds.v1.FundsService/ListFunds';
  const rows = viewers.map(({ userId, role, name, department, why, subordinateCount, handledFunds }) =>
    [
      String(userId).padStart(8),
      role.padEnd(10),
      `${name} (${department || 'no department'})`.padEnd(40),
      `${subordinateCount} below`.padEnd(12),
      `≥ ${handledFunds.count} funds`.padEnd(15),
      why,
    ].join('  '),
  );
  return `
Serving gRPC on ${servers.grpcAddress}, and Connect, gRPC-Web and JSON on ${servers.httpUrl}. Try:

  curl -H 'content-type: application/json' -d '${request}' ${servers.httpUrl}/${rpc}

  grpcurl -plaintext -d '${request}' ${servers.grpcAddress} ${rpc}

Viewers worth trying:
${rows.join('\n')}

Stop with Ctrl-C. Settings: npm start -- --help. The API: ${workspaceRoot}/proto
`;
}

import type { Client } from '@connectrpc/connect';
import { Role } from '@finance/contract/permission';
import type { PermissionService } from '@finance/contract/permission-service';

/** As many as one page of ListUsers holds. */
const candidatesMax = 1_000;
/** Each costs a call; so many find the big and the small ones of any org that is not built to hide them. */
const measuredMax = 60;

/**
 * An admin, a large, a middling and a small supervisor, and somebody of the staff, as far as the service has them,
 * found by its API alone: it may run anywhere.
 */
export async function serviceViewers(client: Client<typeof PermissionService>): Promise<bigint[]> {
  const users = async (role: Role, pageSize: number) => (await client.listUsers({ role, pageSize })).users;
  const [admin] = await users(Role.ADMIN, 1);
  const [staff] = await users(Role.STAFF, 1);
  const candidates = await users(Role.SUPERVISOR, candidatesMax);
  const step = Math.max(1, candidates.length / measuredMax);
  const supervisors: { userId: bigint; size: number }[] = [];
  for (let at = 0; at < candidates.length; at += step) {
    const { userId } = candidates[Math.floor(at)]!;
    const { subordinateCount } = await client.resolveScope({ viewerUserId: userId });
    if (subordinateCount > 0n) supervisors.push({ userId, size: Number(subordinateCount) });
  }
  supervisors.sort((a, b) => b.size - a.size);
  const chosen = [0, Math.floor(supervisors.length / 2), supervisors.length - 1].map((i) => supervisors[i]?.userId);
  return [...new Set([admin?.userId, ...chosen, staff?.userId])].filter((userId) => userId !== undefined);
}

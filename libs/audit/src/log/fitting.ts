import { hash } from 'node:crypto';
import { auditKinds, nothingAnswered, type AuditFacts } from '../chain/audit-entry.ts';

/** The widths of the MySQL columns; both engines keep no more. */
const widths = {
  caller: 200,
  callerAddress: 100,
  requestId: 64,
  rpc: 120,
  argumentsHash: 64,
  outcome: 40,
  strategy: 40,
} as const;
const positionLengthMax = 1000;
const integers = ['viewerUserId', 'resultCount', 'totalSize'] as const;
const integerMax = 2n ** 63n - 1n;

/**
 * Facts as they fit into the columns of both engines: cut, without lone surrogates and NUL. Facts of wrong types, which
 * no column can hold, become facts that say so: nothing that a call brings along can refuse its entry or hold up others.
 */
export function fitting(facts: AuditFacts): AuditFacts {
  const misfit = misfitOf(facts);
  if (misfit !== undefined) return insteadOf(facts, `UNREADABLE ${misfit}`);
  const cut = textFields.map((name) => [name, cutTo(widths[name], facts[name])]);
  // A position that is cut is none; GTID sets of that length come from dozens of servers.
  const position = facts.position.length <= positionLengthMax ? plain(facts.position) : '';
  return { ...facts, ...(Object.fromEntries(cut) as Pick<AuditFacts, keyof typeof widths>), position };
}

/** What stands in the place of an entry that cannot be stored: its kind, the hash of its caller, its RPC, and why. */
export function insteadOf(facts: AuditFacts, why: string): AuditFacts {
  const kind = auditKinds.find((known) => known === facts.kind) ?? 'call';
  const rpc: unknown = facts.rpc;
  return {
    kind,
    caller: `sha256:${hash('sha256', textOf(facts.caller))}`,
    callerAddress: '',
    requestId: '',
    rpc: typeof rpc === 'string' ? cutTo(widths.rpc, rpc) : '',
    viewerUserId: null,
    argumentsHash: '',
    ...nothingAnswered,
    outcome: cutTo(widths.outcome, why),
    ...(facts.note !== undefined && { note: facts.note }),
  };
}

const textFields = Object.keys(widths) as (keyof typeof widths)[];

/** The first field that holds what its type does not allow; types are erased, and callers bring claims of any kind. */
function misfitOf(facts: AuditFacts): string | undefined {
  if (!auditKinds.includes(facts.kind)) return 'kind';
  const text = [...textFields, 'position' as const].find((name) => typeof facts[name] !== 'string');
  return text ?? integers.find((name) => facts[name] !== null && !isInt64(facts[name]));
}

const isInt64 = (value: unknown): boolean => typeof value === 'bigint' && value <= integerMax && value >= -integerMax;

const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

function cutTo(width: number, text: string): string {
  const whole = plain(text);
  return whole.length <= width ? whole : `${whole.slice(0, width - 1).toWellFormed()}…`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}

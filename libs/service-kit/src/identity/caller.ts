import type { CredentialLife } from './credential-life.ts';

/** What a credential may carry; the words of credential files and of token scopes. */
export const capabilities = [
  'act-as-self',
  'act-as-any-viewer',
  'write-org',
  'write-assignments',
  'write-funds',
  'read-audit',
  'read-metrics',
] as const;

/** One thing that a caller may do. */
export type Capability = (typeof capabilities)[number];

/** Who makes a call, as its credential proved. */
export interface Caller {
  /** 1 to 100 printable ASCII characters; for logs, audit and limits. */
  readonly subject: string;
  /** The user that the subject is, for `act-as-self`; undefined for services. */
  readonly userId: bigint | undefined;
  readonly capabilities: ReadonlySet<Capability>;
  /** Undefined for as long as the process lives. */
  readonly life?: CredentialLife;
  /** Where the subject does not tell callers apart: the peer's address. */
  readonly address?: string;
}

/** Who shares limits with whom: all calls of one answer count together. */
export const limitedAs = ({ subject, address }: Caller): string => address ?? subject;

/** A caller whose credential may be withdrawn or expire. */
export interface KnownCaller extends Caller {
  readonly life: CredentialLife;
}

/** Whether two callers are the same and may do the same. */
export const sameRights = (a: Caller, b: Caller): boolean =>
  a.subject === b.subject && a.userId === b.userId && isSameSet(a.capabilities, b.capabilities);

const isSameSet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean =>
  a.size === b.size && [...a].every((each) => b.has(each));

/** Longer or stranger ones could bloat or forge log lines. */
export const subjectPattern = /^[\x21-\x7e]{1,100}$/;

const int64Max = 2n ** 63n - 1n;

/** A user id as credential files and tokens spell it: decimal, positive, within int64; undefined for anything else. */
export function userIdFrom(text: string): bigint | undefined {
  const userId = /^[1-9]\d{0,18}$/.test(text) ? BigInt(text) : int64Max + 1n;
  return userId > int64Max ? undefined : userId;
}

/** A caller that may do everything: this process itself, or anybody where no credentials are asked for. */
export function allPowerfulCaller(subject: string): Caller {
  return { subject, userId: undefined, capabilities: new Set(capabilities) };
}

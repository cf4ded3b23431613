/** What a credential may carry; the words of credential files and of token scopes. */
export const capabilities = [
  'act-as-self',
  'act-as-any-viewer',
  'write-org',
  'write-assignments',
  'write-funds',
  'read-audit',
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
}

/** Longer or stranger ones could bloat or forge log lines. */
export const subjectPattern = /^[\x21-\x7e]{1,100}$/;

/** A user id as credential files and tokens spell it: decimal, positive, below 10^18. */
export const userIdPattern = /^[1-9]\d{0,17}$/;

/** A caller that may do everything: this process itself, or anybody where no credentials are asked for. */
export function allPowerfulCaller(subject: string): Caller {
  return { subject, userId: undefined, capabilities: new Set(capabilities) };
}

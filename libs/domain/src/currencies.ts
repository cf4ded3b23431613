/** Codes of ISO 4217 that Intl leaves out: units of account, metals, and those for tests and for no currency. */
const besidesMoney =
  'BOV CHE CHW CLF COU MXV USN UYI UYW VED XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX ZWG'.split(' ');

const codes: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...besidesMoney]);

/**
 * Whether ISO 4217 has this code, in capital letters. By Intl's list, which follows the standard with Node.js and keeps
 * codes for some years after they were withdrawn, and by what it leaves out of the standard's list one.
 */
export const isCurrencyCode = (code: string): boolean => codes.has(code);

const written = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** More than any integer type holds; what is longer is out of range, whatever it is. */
const digitsMax = 30;
/** Of a number as it is written, with a fraction and an exponent. */
const charactersMax = 100;

/**
 * The whole number that a JSON number stands for, by its digits: `9007199254740993`, `2.0` and `1e3` too. Undefined for
 * a fraction, for anything that is no JSON number, and for what is far beyond 64 bits.
 */
export function wholeNumberOf(text: string): bigint | undefined {
  const match = text.length <= charactersMax ? written.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return 0n;
  const zeros = Number(exponent) - fraction.length + digits.length - significant.length;
  if (zeros < 0 || significant.length + zeros > digitsMax) return undefined;
  return BigInt(`${sign}${significant}${'0'.repeat(zeros)}`);
}

/** The whole number of a text such as `"-12"`: digits alone, without a leading zero, plus or space. */
export function wholeNumberInText(text: string): bigint | undefined {
  return text.length <= digitsMax && /^-?(?:0|[1-9]\d*)$/.test(text) ? BigInt(text) : undefined;
}

import { X509Certificate } from 'node:crypto';
import { StartupError } from '../startup-error.ts';

const beginning = '-----BEGIN ';
const certificate = /^CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

/**
 * The authorities of a PEM file.
 * @throws StartupError when there is none, as Node.js would then accept every public one, or one cannot be read
 */
export function authoritiesIn(setting: string, pem: string): X509Certificate[] {
  const [, ...blocks] = pem.split(beginning);
  if (blocks.length === 0) throw new StartupError(`${setting}: the file holds no certificate`);
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(`${beginning}${certificate.exec(block)![0]}`);
    } catch (error) {
      const place = `block ${index + 1} of ${blocks.length}`;
      throw new StartupError(`${setting}: ${place} in the file is no whole certificate`, { cause: error });
    }
  });
}

/** Whether a certificate that its connection has shown leads to one of them, by itself or by what was shown with it. */
export function leadsTo(authorities: readonly X509Certificate[], shown: X509Certificate): boolean {
  const between = new Set<X509Certificate>();
  for (let next = shown.issuerCertificate; next !== undefined; next = next.issuerCertificate) between.add(next);
  for (let last: X509Certificate | undefined = shown; last !== undefined;) {
    const issuedBy = isIssuedBy(last);
    if (authorities.some(issuedBy)) return true;
    last = [...between].find((each) => each.ca && issuedBy(each));
    if (last !== undefined) between.delete(last);
  }
  return false;
}

const isIssuedBy =
  (issued: X509Certificate) =>
  (authority: X509Certificate): boolean =>
    issued.checkIssued(authority) && issued.verify(authority.publicKey);

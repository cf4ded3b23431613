import { z } from 'zod';
import { choiceSetting, integerSetting } from '../setting-schemas.ts';

const text = z.string().max(1000);

/** Lower case, and without the part that RFC 7515 lets issuers leave out. */
const typesSetting: z.ZodType<readonly string[], string> = text
  .regex(/^[\w.+/-]+( *, *[\w.+/-]+)*$/, 'must be types parted by commas')
  .transform((value) =>
    value.split(',').map((type) =>
      type
        .trim()
        .toLowerCase()
        .replace(/^application\//, ''),
    ),
  );

/** How callers prove who they are; part of the settings of every service. */
export const authSettings = {
  AUTH_MODE: {
    schema: choiceSetting(['none', 'keys', 'jwt', 'mtls']),
    default: 'none',
    description:
      'How callers prove who they are: none (only while HOST is a loopback address), keys (preshared), jwt, or mtls (client certificates). See docs/security.md.',
  },
  AUTH_CREDENTIALS_FILE: {
    schema: text,
    description: 'For keys and mtls: JSON file that says which key or certificate may do what.',
    example: '/etc/finance/credentials.json',
  },
  AUTH_JWT_ISSUER: {
    schema: text,
    description: 'For jwt: the `iss` that tokens must have.',
    example: 'https://login.example.com/',
  },
  AUTH_JWT_AUDIENCE: { schema: text, description: 'For jwt: the `aud` that tokens must have.', example: 'finance' },
  AUTH_JWKS: {
    schema: text.regex(
      /^(?!http:\/\/(?!localhost[:/]|127\.|\[::1\]))/,
      'must be a file, an https:// URL, or an http:// URL on this machine',
    ),
    description: "For jwt: file or https URL of the issuer's public keys (JWKS); looked at again every 5 minutes.",
    example: 'https://login.example.com/.well-known/jwks.json',
  },
  AUTH_JWT_TYPES: {
    schema: typesSetting,
    default: ['at+jwt', 'jwt', 'none'],
    description:
      'For jwt: the `typ` headers of tokens that are accepted, parted by commas; none stands for tokens without one. Set at+jwt where the issuer writes it: then nothing but an access token can pass.',
  },
  AUTH_JWT_LIFETIME_MAX_S: {
    schema: integerSetting(1, 366 * 86_400),
    default: 86_400,
    description:
      'For jwt: the longest life of a token that is accepted, from `iat` (from now where it is missing) to `exp`, in seconds.',
  },
  AUTH_JWT_CLOCK_SKEW_S: {
    schema: integerSetting(0, 300),
    default: 30,
    description:
      'For jwt: how far the clocks of issuer and server may differ, in seconds; a token whose `iat` or `nbf` lies further in the future is refused.',
  },
  AUTH_JWT_CAPABILITIES_CLAIM: {
    schema: text,
    default: 'scope',
    description: 'For jwt: the claim that holds capabilities, as an array or parted by spaces.',
  },
  AUTH_JWT_USER_CLAIM: {
    schema: text,
    default: 'sub',
    description:
      'For jwt: the claim that holds the user id of a caller who acts as itself, as text or as a whole number.',
  },
  TLS_CERT_FILE: {
    schema: text,
    description: 'PEM file of the certificate, with its chain, that both ports serve TLS with. Unset: no TLS.',
    example: '/etc/finance/tls.crt',
  },
  TLS_KEY_FILE: { schema: text, description: 'PEM file of its private key.', example: '/etc/finance/tls.key' },
  TLS_CLIENT_CA_FILE: {
    schema: text,
    description: 'For mtls: PEM file of the authorities whose client certificates are accepted.',
    example: '/etc/finance/clients-ca.crt',
  },
} as const;

import { z } from 'zod';
import type { ConfigOf } from './config.ts';
import { authSettings } from './identity/auth-settings.ts';
import { limitSettings } from './limits/limit-settings.ts';
import { sealerKeyBytes } from './token-sealer.ts';
import { timerMsMax } from './timer-ms-max.ts';
import { choiceSetting, integerSetting, portSetting } from './setting-schemas.ts';

const hexKey = /^[0-9a-f]{64}$/i;
const base64Key = /^[A-Za-z0-9+/_-]{43}=?$/;

const keySetting: z.ZodType<Buffer, string> = z
  .string()
  .refine((value) => hexKey.test(value) || base64Key.test(value), `must be ${sealerKeyBytes} bytes as hex or base64`)
  .transform((value) => Buffer.from(value, hexKey.test(value) ? 'hex' : 'base64'));

/** What every service can be told; spread it into the table of a service. */
export const serverSettings = {
  GRPC_PORT: { schema: portSetting, default: 50_051, description: 'Port of native gRPC; 0 takes any free one.' },
  HTTP_PORT: {
    schema: portSetting,
    default: 8080,
    description: 'Port of Connect, gRPC-Web, JSON and, without ADMIN_PORT, of the pages; 0 takes any free one.',
  },
  ADMIN_PORT: {
    schema: portSetting,
    description:
      'Port of /metrics, /healthz and other pages, which HTTP_PORT then has no longer: for scrapers and probes alone; 0 takes any free one.',
    example: '9464',
  },
  HOST: {
    schema: z.string().regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an IP address'),
    default: '127.0.0.1',
    description: 'Address to listen on. Other machines can reach it only where AUTH_MODE is not none.',
    example: '0.0.0.0',
  },
  LOG_LEVEL: {
    schema: choiceSetting(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    description: 'Least level that is logged; each call is one line at info.',
  },
  REQUEST_TIMEOUT_MS: {
    schema: integerSetting(1, timerMsMax),
    default: 30_000,
    description: 'Deadline of a unary call that sets none, and the most that a caller can get, in milliseconds.',
  },
  MAX_MESSAGE_BYTES: {
    schema: integerSetting(1024, 64 * 1024 * 1024),
    default: 64 * 1024,
    description:
      'Largest request message, in bytes; a batch of a thousand ids as JSON takes half of the default. Health and reflection take 1 KiB.',
  },
  SHUTDOWN_DRAIN_MS: {
    schema: integerSetting(0, 600_000),
    description:
      'How long calls are still taken after SIGTERM while health says NOT_SERVING, so that balancers turn away before a connection is refused, in milliseconds. Unset: 5000, or 0 where HOST is a loopback address. Ctrl-C does not wait.',
    example: '10000',
  },
  SHUTDOWN_GRACE_MS: {
    schema: integerSetting(0, 600_000),
    // Together with what is closed afterwards 10 s: the least that platforms give by default.
    default: 6_000,
    description:
      'How long running calls may take to end after that, in milliseconds; the process ends 4 s later at the latest.',
  },
  SERVING_THREADS: {
    schema: integerSetting(1, 64),
    default: 1,
    description:
      'Threads that serve native gRPC on GRPC_PORT from one live index; no more than cores. The limits below, database connections and LIVE_INDEX_CACHE_MB are for each. More than one needs Linux.',
  },
  ...limitSettings,
  ...authSettings,
  PAGE_TOKEN_KEY: {
    schema: keySetting,
    secret: true,
    description:
      'Key that seals page, consistency and watch tokens, 32 bytes as hex or base64; give all instances the same. Unset: the one in var/page-token.key, which the first start makes, so that tokens outlive a restart.',
  },
} as const;

/** The parsed {@link serverSettings}. */
export type ServerConfig = ConfigOf<typeof serverSettings>;

import { integerSetting } from '../setting-schemas.ts';

/** How much one server takes on; part of the settings of every service. 0 means no limit where it says so. */
export const limitSettings = {
  MAX_CONNECTIONS: {
    schema: integerSetting(1, 1_000_000),
    default: 4_096,
    description: 'Most connections at once on each port; further ones are closed. Needs as many open files.',
  },
  CONNECTION_AGE_MS: {
    schema: integerSetting(0, 1_000_000_000),
    default: 1_800_000,
    description:
      'Age at which an HTTP/2 connection is ended, so that its client looks up addresses again, in milliseconds; running calls get a third more. 0: never.',
  },
  MAX_CALLS: {
    schema: integerSetting(1, 1_000_000),
    default: 2_000,
    description: 'Most unary calls at once; further ones are refused with OVERLOADED and a delay to retry after.',
  },
  MAX_CALLS_PER_CALLER: {
    schema: integerSetting(1, 1_000_000),
    default: 1_000,
    description:
      'Most unary calls of one caller at once, so that one cannot take all of MAX_CALLS. Without credentials a caller is an address.',
  },
  MAX_STREAMS: {
    schema: integerSetting(1, 1_000_000),
    default: 200,
    description: 'Most streams (exports, watches) at once, health and reflection aside.',
  },
  MAX_STREAMS_PER_CALLER: {
    schema: integerSetting(1, 1_000_000),
    // Half of MAX_WATCHERS.
    default: 50,
    description: 'Most of these of one caller.',
  },
  MAX_INFRASTRUCTURE_STREAMS: {
    schema: integerSetting(1, 1_000_000),
    default: 1_000,
    description:
      'Most streams of health and reflection at once; half of them of one address, and 10 on each connection. Health asks for no credential.',
  },
  CALLS_PER_SECOND: {
    schema: integerSetting(0, 10_000_000),
    default: 0,
    description: 'Most calls of one caller in a second; further ones are refused with RATE_LIMITED. 0: no limit.',
  },
  SHED_DELAY_MS: {
    schema: integerSetting(0, 60_000),
    default: 500,
    description:
      'Refuse a growing share of calls while this process answers everything this late, in milliseconds. 0: never, and one turn of the event loop may begin any number of calls.',
  },
} as const;

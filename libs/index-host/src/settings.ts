import { z } from 'zod';

const megabytesSetting = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number of megabytes')
  .transform(Number);

/** What the live index can be told; spread it into the table of a service. */
export const liveIndexSettings = {
  LIVE_INDEX: {
    schema: z.enum(['on', 'off'], { error: 'must be on or off' }),
    default: 'on' as 'on' | 'off',
    description:
      'Whether this process keeps a live index (some 160 bytes a fund) and answers from it; off leaves everything to SQL.',
  },
  LIVE_INDEX_CACHE_MB: {
    schema: megabytesSetting,
    default: 256,
    description: 'Megabytes for what viewers may see; a manager of most of 1,000,000 funds takes 0.1 to 0.8.',
  },
} as const;

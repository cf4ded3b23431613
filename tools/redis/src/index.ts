export { ensureRedis } from './ensure-redis.ts';
export type { RunningRedis } from './ensure-redis.ts';
export { startPrivateRedis } from './private-redis.ts';
export type { PrivateRedis } from './private-redis.ts';
export { redisStatus } from './redis-status.ts';
export type { RedisStatus } from './redis-status.ts';
export type { RedisOptions } from './settings.ts';
export { stopRedis } from './stop-redis.ts';

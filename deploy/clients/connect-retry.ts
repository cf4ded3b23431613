import { ConnectError, type Interceptor } from '@connectrpc/connect';
import { setTimeout as sleep } from 'node:timers/promises';

/** Makes reads again that the server says may be made again, after the delay that it names, three times at most. */
export const retryReads: Interceptor = (next) => async (request) => {
  const isRead = /^(Get|BatchGet|List|Summarize|Check|BatchCheck|Explain|Resolve)/.test(request.method.name);
  for (let left = isRead && !request.stream ? 3 : 0; ; left -= 1) {
    try {
      return await next(request);
    } catch (error) {
      const delayMs = ConnectError.from(error).metadata.get('grpc-retry-pushback-ms');
      if (left === 0 || delayMs === null) throw error;
      await sleep(Number(delayMs), undefined, { signal: request.signal });
    }
  }
};

import { createClient } from 'redis';

/** A client that connects in the background, and again after every loss. */
type Client = ReturnType<typeof connect>;

/** A healthy Redis answers in a fraction of a millisecond; asking permission-service takes a few. */
const waitMaxMs = 25;
const connectTimeoutMs = 1_000;
/** Pings go out each second, so a connection silent for longer is dead. */
const pingIntervalMs = 1_000;
const silenceMaxMs = 3_000;
const reconnectDelayMaxMs = 1_000;
/** Commands that may be under way; beyond them Redis is too slow to be of use. */
const commandsMax = 1_000;

/** Two connections to a Redis: one for commands, one that listens to a channel. */
export interface RedisConnection {
  /** The command's answer. @throws Error when there is no connection, a fault, or no answer within 25 ms */
  send<T>(command: (client: Client) => Promise<T>): Promise<T>;
  /**
   * Connects anew. Answers are told apart by their order alone, so a connection on which one went missing would give
   * every later one to the wrong question.
   */
  reset(): void;
  close(): void;
}

/** @param onMessage told what comes on the channel @param onFault told of each loss */
export function connectRedis(
  url: string,
  channel: string,
  onMessage: (text: string) => void,
  onFault: () => void,
): RedisConnection {
  const open = (): { commands: Client; events: Client } => {
    const commands = connect(url, onFault);
    const events = connect(url, onFault);
    events.subscribe(channel, onMessage).catch(onFault);
    return { commands, events };
  };
  let clients = open();
  const close = (): void => {
    for (const client of [clients.commands, clients.events]) {
      if (client.isOpen) client.destroy();
    }
  };
  return {
    send: async (command) => {
      const client = clients.commands;
      if (!client.isReady) throw new Error('not connected');
      return withinWait(command(client));
    },
    reset: () => {
      close();
      clients = open();
    },
    close,
  };
}

function connect(url: string, onFault: () => void) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: commandsMax,
    pingInterval: pingIntervalMs,
    socket: {
      connectTimeout: connectTimeoutMs,
      socketTimeout: silenceMaxMs,
      reconnectStrategy: (retries: number) => Math.min(reconnectDelayMaxMs, 50 * 2 ** retries),
    },
  });
  client.on('error', onFault);
  client.connect().catch(() => undefined);
  return client;
}

async function withinWait<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), waitMaxMs);
  });
  // A late answer is nobody's.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

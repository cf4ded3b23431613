import { connect } from 'node:net';

/**
 * Asks a Redis of 127.0.0.1 for its version. Rejects when it does not answer within the time, or refuses the password.
 */
export function pingRedis(port: number, password: string, timeoutMs: number): Promise<{ readonly version: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(why));
    };
    let text = '';
    socket.setTimeout(timeoutMs, () => fail(`no answer in ${timeoutMs} ms`));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the connection was closed'));
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nINFO server\r\n`));
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.startsWith('-')) return fail(text.trim());
      const version = /redis_version:(\S+)/.exec(text)?.[1];
      if (version === undefined) return;
      resolve({ version });
      socket.destroy();
    });
  });
}

import { expect, it } from 'vitest';
import { DomainError } from './domain-error.ts';
import { inOwnWords, loggedError } from './own-words.ts';

const secret = 'pa55w0rd';

/** As a library throws it. */
function libraryError(message: string, members: object = {}): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}\n    at decode (/app/node_modules/jose/dist/verify.js:10:3)\n    at check (/app/libs/a.ts:1:2)`;
  return Object.assign(error, members);
}

/** What the engine itself throws about a text. */
function engineError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

it('of an error of our own: type, reason, message, place and cause, and no other member', () => {
  const error = Object.assign(new DomainError('CONFLICT', 'lost', { value: secret }), { claims: secret });
  expect(loggedError(error)).toEqual({
    type: 'DomainError',
    code: 'CONFLICT',
    message: 'lost',
    stack: expect.stringMatching(/^\s+at .*own-words\.test\.ts:\d+:\d+/),
  });
  expect(inOwnWords(error)).toBe('lost');
});

it('an error of our own is known in a callback without a name, too', async () => {
  const error = await new Promise((resolve) => void setImmediate(() => resolve(new Error('ours'))));
  expect(loggedError(error)).toMatchObject({ message: 'ours' });
});

it('of an error of somebody else: type, code and place', () => {
  const error = libraryError(`access with ${secret}`, {
    code: 'ERR_JWT_EXPIRED',
    payload: { sub: secret },
    sql: secret,
  });
  expect(loggedError(error)).toEqual({
    type: 'Error',
    code: 'ERR_JWT_EXPIRED',
    stack: '    at decode (/app/node_modules/jose/dist/verify.js:10:3)\n    at check (/app/libs/a.ts:1:2)',
  });
  expect(inOwnWords(error)).toBe('Error ERR_JWT_EXPIRED');
});

it.each([
  ['a text that is no JSON', () => JSON.parse(`{"key": ${secret}`)],
  ['an address that is none', () => new URL(`mysql://u:${secret}@:x`)],
  ['a number that is none', () => BigInt(secret)],
  ['a message that looks like a place of ours', () => libraryError(`no\n    at ${secret} (/app/libs/a.ts:1:2)`)],
  ['a name', () => Object.assign(libraryError('no'), { name: `Error of ${secret}` })],
  ['a code', () => libraryError('no', { code: `code: ${secret}` })],
  ['a message of mysql2, without a frame of its own', () => Object.assign(new Error(secret), { code: 'ER_DUP_ENTRY' })],
  ['an error without a place', () => Object.assign(new Error(secret), { stack: undefined })],
  ['a cause of ours', () => new Error('ours', { cause: libraryError(secret, { claims: secret }) })],
  ['what is no error', () => ({ secret })],
])('%s is not quoted', (_, make) => {
  const error = engineError(make);
  expect(JSON.stringify(loggedError(error))).not.toContain(secret);
  expect(inOwnWords(error)).not.toContain(secret);
});

it('a text that our code gives as a cause is told, and a circle of causes ends', () => {
  expect(loggedError(new DomainError('INTERNAL', 'x', {}, { cause: 'no claim' }))).toMatchObject({ cause: 'no claim' });
  const circle = new Error('circle');
  circle.cause = circle;
  expect(JSON.stringify(loggedError(circle)).match(/"message":"circle"/g)).toHaveLength(4);
});

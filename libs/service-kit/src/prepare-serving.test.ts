import { expect, onTestFinished, test, vi } from 'vitest';
import { prepareServing, type ServersOptions } from './prepare-serving.ts';
import { StartupError } from './startup-error.ts';
import { recordingLog } from './test-servers.ts';

const keySet = { AUTH_MODE: 'jwt', AUTH_JWKS: 'http://127.0.0.1:9/' } as const;
const settings: [string, ServersOptions['config']][] = [
  ['no credentials', { AUTH_MODE: 'keys' }],
  ['no issuer', keySet],
  ['half of TLS', { ...keySet, AUTH_JWT_ISSUER: 'x', AUTH_JWT_AUDIENCE: 'x', TLS_CERT_FILE: 'x' }],
];

test.each(settings)('with %s nothing is left running', (_, config) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  expect(() => prepareServing({ services: [], config, log: recordingLog().log })).toThrow(StartupError);
  expect(vi.getTimerCount()).toBe(0);
});

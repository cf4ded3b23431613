import { connect as connectHttp2 } from 'node:http2';
import { once } from 'node:events';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { credentials as grpcCredentials, Client } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { grpcUnary, serveFunds } from '../test-servers.ts';
import { createAuthority } from '../testing/certificates.ts';
import type { TestCertificate } from '../testing/certificates.ts';
import { temporaryFiles } from '../testing/temporary-files.ts';

const serverAuthority = createAuthority('servers');
const clientAuthority = createAuthority('clients');
const names = ['IP:127.0.0.1', 'DNS:localhost'];
const hourMs = 3_600_000;

async function serve() {
  const server = serverAuthority.issue({ names });
  const files = temporaryFiles({
    'server.crt': server.cert,
    'server.key': server.key,
    'clients.crt': clientAuthority.cert,
    'credentials.json': JSON.stringify([
      { subject: 'gateway', capabilities: ['act-as-any-viewer'], certificates: ['URI:spiffe://finance/gateway'] },
      { subject: 'writer', capabilities: ['write-funds'], certificates: ['DNS:writer.test'] },
    ]),
  });
  const subjects: string[] = [];
  const servers = await serveFunds(
    { listFunds: async (_request, { caller }) => (subjects.push(caller.subject), {}) },
    {
      AUTH_MODE: 'mtls',
      AUTH_CREDENTIALS_FILE: files['credentials.json'],
      TLS_CERT_FILE: files['server.crt'],
      TLS_KEY_FILE: files['server.key'],
      TLS_CLIENT_CA_FILE: files['clients.crt'],
    },
  );
  return { servers, subjects };
}

type Servers = Awaited<ReturnType<typeof serve>>['servers'];

function transports(servers: Servers, client?: TestCertificate) {
  const nodeOptions = { ca: serverAuthority.cert, ...client };
  return [
    createGrpcTransport({ baseUrl: `https://${servers.grpcAddress}`, nodeOptions }),
    createGrpcTransport({ baseUrl: servers.httpUrl, nodeOptions }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '2', nodeOptions }),
    createConnectTransport({ baseUrl: servers.httpUrl, httpVersion: '1.1', nodeOptions }),
  ];
}

describe('with client certificates', () => {
  test('a known name is the caller, over every transport', async () => {
    const { servers, subjects } = await serve();
    const client = clientAuthority.issue({ names: ['DNS:gw', 'URI:spiffe://finance/gateway'] });
    for (const transport of transports(servers, client)) {
      for (let call = 0; call < 2; call += 1) await createClient(FundsService, transport).listFunds({});
    }
    const credentials = grpcCredentials.createSsl(
      Buffer.from(serverAuthority.cert),
      Buffer.from(client.key),
      Buffer.from(client.cert),
    );
    const native = new Client(servers.grpcAddress, credentials, { 'grpc.ssl_target_name_override': 'localhost' });
    onTestFinished(() => native.close());
    expect((await grpcUnary(native, FundsService.method.listFunds, {})).error).toBeUndefined();
    expect(subjects).toEqual(Array.from({ length: 9 }, () => 'gateway'));
  });

  test('none, one of another authority, an expired or early one, an unknown name or two known ones is refused', async () => {
    const { servers, subjects } = await serve();
    const uri = 'URI:spiffe://finance/gateway';
    const attacks: Record<string, TestCertificate | undefined> = {
      none: undefined,
      'wrong authority': createAuthority('clients').issue({ names: [uri] }),
      'own authority of the server': serverAuthority.issue({ names: [uri] }),
      expired: clientAuthority.issue({ names: [uri], validTo: new Date(Date.now() - hourMs) }),
      'not yet valid': clientAuthority.issue({ names: [uri], validFrom: new Date(Date.now() + hourMs) }),
      unknown: clientAuthority.issue({ names: ['URI:spiffe://finance/other'] }),
      'longer name': clientAuthority.issue({ names: [`${uri}/x`] }),
      'name of another kind': clientAuthority.issue({ names: ['DNS:spiffe://finance/gateway'] }),
      'two names in one': clientAuthority.issue({ names: ['DNS:a, URI:spiffe://finance/gateway'] }),
      'two callers': clientAuthority.issue({ names: [uri, 'DNS:writer.test'] }),
      'a leaf as authority': {
        ...clientAuthority.issue({ names: [uri] }),
        key: clientAuthority.issue({ names: [] }).key,
      },
    };
    for (const [attack, client] of Object.entries(attacks)) {
      for (const transport of transports(servers, client)) {
        const outcome = await createClient(FundsService, transport)
          .listFunds({})
          .then(() => 'admitted', String);
        expect([attack, outcome]).not.toEqual([attack, 'admitted']);
        if (attack !== 'a leaf as authority') expect([attack, outcome]).toMatchObject([attack, /\[unauthenticated\]/]);
      }
    }
    expect(subjects).toEqual([]);
  });

  test('a certificate by way of an authority between is as good as one of the accepted authority', async () => {
    const { servers, subjects } = await serve();
    const between = createAuthority('between', clientAuthority);
    const lower = createAuthority('lower', between);
    const leaf = lower.issue({ names: ['URI:spiffe://finance/gateway'] });
    for (const chain of [
      [lower, between],
      [between, lower],
    ]) {
      const client = { key: leaf.key, cert: [leaf, ...chain].map(({ cert }) => cert).join('') };
      for (const transport of transports(servers, client)) await createClient(FundsService, transport).listFunds({});
    }
    expect(subjects).toHaveLength(8);
  });

  test('health stays open to a client without one', async () => {
    const { servers } = await serve();
    for (const transport of transports(servers)) {
      expect((await createClient(Health, transport).check({})).status).toBe(1);
    }
  });

  test('a known caller without the capability is PERMISSION_DENIED', async () => {
    const { servers } = await serve();
    const client = clientAuthority.issue({ names: ['DNS:writer.test'] });
    for (const transport of transports(servers, client)) {
      await expect(createClient(FundsService, transport).listFunds({})).rejects.toThrow('[permission_denied]');
    }
  });
});

describe('TLS', () => {
  test('is on both listeners, and a connection without it is closed', async () => {
    const { servers } = await serve();
    expect(servers.httpUrl).toMatch(/^https:/);
    for (const url of [`http://${servers.grpcAddress}`, servers.httpUrl.replace('https', 'http')]) {
      const session = connectHttp2(url);
      session.on('error', () => undefined);
      await once(session, 'close');
    }
  });

  test('files that are missing or do not belong together stop the start with one line', async () => {
    const [one, other] = [serverAuthority.issue({ names }), serverAuthority.issue({ names })];
    const files = temporaryFiles({ crt: one.cert, key: one.key, other: other.key });
    const start = (config: object) => serveFunds({}, config);
    await expect(start({ TLS_CERT_FILE: files.crt })).rejects.toThrow('set both');
    await expect(start({ TLS_CERT_FILE: files.crt, TLS_KEY_FILE: '/nowhere' })).rejects.toThrow('cannot be read');
    await expect(start({ TLS_CERT_FILE: files.crt, TLS_KEY_FILE: files.other })).rejects.toThrow('used together');
    await expect(start({ AUTH_MODE: 'mtls' })).rejects.toThrow('TLS_CERT_FILE: AUTH_MODE=mtls needs it');
  });

  test('a file of client authorities without a whole certificate stops the start', async () => {
    const server = serverAuthority.issue({ names });
    const [one, other] = [clientAuthority.cert, createAuthority('other').cert];
    const contents: Record<string, string> = {
      empty: '',
      garbage: 'garbage',
      half: one.slice(0, one.length / 2),
      'one and half': one + other.slice(0, other.length / 2),
      'half and one': one.slice(0, one.length / 2) + other,
      'no certificate within': one.replace(/\n.*\n/, '\nAAAA\n'),
      'a private key': server.key,
    };
    for (const [name, ca] of Object.entries(contents)) {
      const files = temporaryFiles({ crt: server.cert, key: server.key, ca });
      const settings = { TLS_CERT_FILE: files.crt, TLS_KEY_FILE: files.key, TLS_CLIENT_CA_FILE: files.ca };
      const outcome = await serveFunds({}, { AUTH_MODE: 'mtls', ...settings }).then(() => 'started', String);
      expect([name, outcome]).toMatchObject([name, expect.stringMatching(/^StartupError: TLS_CLIENT_CA_FILE: /)]);
    }
  });
});

import { Server, ServerCredentials, Client, credentials, Metadata } from '@grpc/grpc-js';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { createClient } from '@connectrpc/connect';
import { createInProcessTransport, createLogger, defineService, startServers, serverSettings, defineConfig, createServiceTransport } from './index.ts';
const same = (b: Buffer) => b;
const path = '/finance.funds.v1.FundsService/ListFunds';
if (process.argv[2] === 'raw') {
  const s = new Server({ 'grpc.enable_channelz': 0 });
  s.addService({ listFunds: { path, requestStream: false, responseStream: false, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same } } as never, { listFunds: (_c: never, cb: (e: null, b: Buffer) => void) => cb(null, Buffer.alloc(0)) } as never);
  s.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_e, p) => console.log('127.0.0.1:' + p));
} else if (process.argv[2] === 'kit') {
  const log = createLogger({ name: 'b', level: process.argv[3] ?? 'warn' });
  const s = await startServers({ services: [defineService(FundsService, { listFunds: async () => ({}) })], log, config: defineConfig(serverSettings).parse({ GRPC_PORT: '0', HTTP_PORT: '0' }) });
  process.stderr.write(s.grpcAddress + '\n'); if (process.argv[3] !== 'info') console.log(s.grpcAddress);
} else if (process.argv[2] === 'inproc') {
  const log = createLogger({ name: 'b', level: 'warn' });
  const p = createClient(PermissionService, createInProcessTransport([defineService(PermissionService, { resolveScope: async () => ({}) })], { log }));
  for (let r = 0; r < 3; r++) { const t = performance.now(); for (let i = 0; i < 10000; i++) await p.resolveScope({ viewerUserId: 1n }); console.log('in process', (performance.now() - t) / 10, 'us/call'); }
} else {
  const c = new Client(process.argv[3]!, credentials.createInsecure());
  const md = new Metadata();
  for (let r = 0; r < 3; r++) {
    let done = 0; const t = performance.now(); const N = 30000;
    await new Promise<void>((res) => { let sent = 0; const go = () => { if (sent >= N) return; sent++; c.makeUnaryRequest(path, same, same, Buffer.from([8, 2]), md, (e) => { if (e) throw e; if (++done === N) res(); else go(); }); }; for (let i = 0; i < 50; i++) go(); });
    console.log(process.argv[4], Math.round(N / (performance.now() - t) * 1000), '/s');
  }
  process.exit(0);
}

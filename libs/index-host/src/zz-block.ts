import { migrate, openDatabase } from '@finance/schema';
import { existsSync, copyFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleCompany } from '../../testkit/src/sample-company.ts';
import { insertDataSet } from '../../testkit/src/insert-data-set.ts';
import { startSupervised } from './start-live-index-host.ts';
import { FollowingIndex } from './replica/following-index.ts';
import { Replica } from './replica/replica.ts';
const n = Number(process.argv[2] ?? 100000);
const seedFile = `/tmp/ih-seed-${n}.db`;
if (!existsSync(seedFile)) {
  const target = { engine: 'sqlite', file: seedFile } as const;
  await migrate(target);
  const d = openDatabase(target);
  await insertDataSet(d, sampleCompany(2000, n));
  await d.close();
}
const file = `/tmp/ih-run-${process.pid}.db`;
copyFileSync(seedFile, file);
const target = { engine: 'sqlite', file } as const;
const times: Record<string, number[]> = {};
const wrap = (proto: object, name: string) => {
  const p = proto as Record<string, (...a: unknown[]) => unknown>;
  const f = p[name]!;
  p[name] = function (...a) {
    const t = performance.now();
    const r = f.apply(this, a);
    (times[name] ??= []).push(performance.now() - t);
    return r;
  };
};
for (const m of ['work', 'receive']) wrap(FollowingIndex.prototype, m);
for (const m of ['take', 'declareWrong', 'settled']) wrap(Replica.prototype, m);
const gcs: number[] = [];
new PerformanceObserver((l) => {
  for (const e of l.getEntries()) gcs.push(e.duration);
}).observe({ entryTypes: ['gc'] });
const delay = monitorEventLoopDelay({ resolution: 1 });
const lap = (what: string) => {
  console.log(
    what,
    'loop delay ms max',
    (delay.max / 1e6).toFixed(1),
    'p99.9',
    (delay.percentile(99.9) / 1e6).toFixed(1),
    'p99',
    (delay.percentile(99) / 1e6).toFixed(1),
    'p50',
    (delay.percentile(50) / 1e6).toFixed(1),
    'gc max',
    Math.max(0, ...gcs).toFixed(1),
    Object.entries(times)
      .map(([k, v]) => `${k} n=${v.length} max=${Math.max(...v).toFixed(1)}`)
      .join(' '),
  );
  delay.reset();
  gcs.length = 0;
  for (const k of Object.keys(times)) delete times[k];
};
delay.enable();
await sleep(1500);
lap('idle');
const log = {
  info: (f: object, m: string) => console.log(m, f),
  warn: (f: object, m: string) => console.log(m, f),
  error: (f: object, m: string) => console.log(m, f),
};
let t = performance.now();
const { host } = startSupervised(target, {
  log,
  audit: false,
  waitMs: 20000,
  merge: { fundsMin: 2000, fundsShare: 0, journalChangesMax: 300000 },
});
while (host.state().name !== 'ready') await sleep(5);
console.log('ready', performance.now() - t);
lap('load+build');
for (const inFlight of [1, 32, 256]) {
  let done = 0;
  const until = performance.now() + 1500;
  const one = async () => {
    while (performance.now() < until) {
      const v = await host.at({ kind: 'latest' });
      if (!v) throw new Error('x');
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  console.log('at latest', inFlight, 'in flight:', Math.round(done / 1.5), '/s');
}
lap('at');
const write = (script: string) =>
  new Promise((r) =>
    new Worker(
      `const S=require('better-sqlite3');const d=new S(${JSON.stringify(file)});d.pragma('busy_timeout=5000');d.pragma('synchronous=OFF');${script}`,
      { eval: true },
    ).on('exit', r),
  );
let writing = true;
void write(
  `const up=d.prepare('UPDATE financial_funds SET amount_cents = ? WHERE fund_id = ?'); (async()=>{for(let i=0;i<10000;i++){up.run(30000000+i,1+(i*7919)%${n}); if(i%10===0) await new Promise(r=>setTimeout(r,2));}})()`,
).then(() => {
  writing = false;
});
let reads = 0;
const request = {
  viewerUserId: 2n,
  filter: {},
  order: { column: 'amount', descending: true } as const,
  after: undefined,
  skip: 0,
  pageSize: 20,
  withTotal: true,
};
while (writing) {
  const v = await host.at({ kind: 'latest' });
  v!.index.listFunds(request);
  reads++;
  if (reads % 20 === 0) await sleep(1);
}
console.log(
  'reads',
  reads,
  'merges',
  host.hostStats().merges,
  'switches',
  host.stats().baseSwitches,
  host.stats().waits.counts.join(' '),
);
lap('writes+reads+merges');
await sleep(1500);
lap('after');
t = performance.now();
await write(`d.exec("UPDATE financial_funds SET amount_cents = amount_cents + 1")`);
console.log('update all took', performance.now() - t);
lap('update all');
t = performance.now();
const v = await host.at({ kind: 'latest' });
console.log('reached', !!v, performance.now() - t);
lap('replay of update all');
await sleep(2000);
lap('merge after');
console.log(host.hostStats(), host.stats().lagEntries);
await host.close();

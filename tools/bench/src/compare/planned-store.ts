import { generateDataSet, type LoadProgress } from '@finance/seeder';
import type { DataSet } from '@finance/strategy-contract';
import { BenchError } from '../cli/bench-error.ts';
import { benchTarget, generatedData, type DatabaseFlags } from '../database/bench-target.ts';
import { loadDataSet } from '../database/load-data-set.ts';
import { openFilled } from '../database/open-filled.ts';
import type { DatabaseFacts } from '../result-types.ts';
import { memoryContenders, sqlContenders, wayContenders, type Contender } from './contender.ts';

export const storeNames = ['memory', 'sqlite', 'mysql'] as const;

/** Where a strategy can have its data. */
export type StoreName = (typeof storeNames)[number];

/** A store with data, and all that answers from it. */
export interface OpenedStore {
  readonly facts: DatabaseFacts;
  /** Everything the store holds; large, so not kept. */
  readData(): Promise<DataSet>;
  readonly contenders: readonly Contender[];
  close(): Promise<void>;
}

/** What decides about a store and who answers from it. */
export interface StoreFlags extends DatabaseFlags {
  readonly strategies?: readonly string[] | undefined;
}

/** A store that is to be measured. */
export interface PlannedStore {
  readonly name: StoreName;
  /** Opens it, filling it first when it is the bench's own and empty. */
  open(signal: AbortSignal, progress: LoadProgress): Promise<OpenedStore>;
}

/** Ends within two minutes on two cores. */
export const compareRecordsDefault = 20_000;

/** The stores asked for, by default the one of the URL, else SQLite. @throws BenchError when they do not go together */
export function planStores(stores: readonly StoreName[] | undefined, flags: StoreFlags): PlannedStore[] {
  const url =
    flags.url ?? (flags.records === undefined && stores === undefined ? process.env['DATABASE_URL'] : undefined);
  const ofUrl: StoreName | undefined = url ? (url.startsWith('mysql:') ? 'mysql' : 'sqlite') : undefined;
  if (ofUrl && stores && (stores.length !== 1 || stores[0] !== ofUrl)) {
    throw new BenchError(`--url is a ${ofUrl} database, which --stores ${stores.join(',')} is not; give only one`);
  }
  return [...new Set(stores ?? [ofUrl ?? 'sqlite'])].map((name) => ({
    name,
    open: (signal, progress) =>
      name === 'memory'
        ? openMemory(flags)
        : openSql(
            {
              ...flags,
              store: name,
              ...(url === undefined && flags.records === undefined && { records: compareRecordsDefault }),
            },
            signal,
            progress,
          ),
  }));
}

async function openMemory(flags: DatabaseFlags): Promise<OpenedStore> {
  const generated = generatedData(flags, compareRecordsDefault);
  const data = generateDataSet(generated);
  const { profile, records, seed, users } = generated;
  return {
    facts: { engine: 'memory', version: process.versions.node, records, users, profile, seed },
    readData: async () => data,
    contenders: memoryContenders(data),
    close: async () => undefined,
  };
}

async function openSql(flags: StoreFlags, signal: AbortSignal, progress: LoadProgress): Promise<OpenedStore> {
  const { generated, target } = await benchTarget(flags, compareRecordsDefault, progress);
  const { database, facts } = await openFilled(target, generated);
  return {
    facts,
    readData: () => loadDataSet(database, signal),
    contenders: [...sqlContenders(database), ...wayContenders(database, flags.strategies)],
    close: () => database.close(),
  };
}

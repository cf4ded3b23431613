import { FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { expect, onTestFinished, test } from 'vitest';
import { allPowerfulCaller } from '../identity/caller.ts';
import { createAdmission } from './admission.ts';
import type { AdmissionLimits } from './admission.ts';

const unlimited = { calls: 1e6, callsPerCaller: 1e6, streams: 1e6, callsPerSecond: 0, shedDelayMs: 0 };
const [a, b] = [allPowerfulCaller('a'), allPowerfulCaller('b')];
const { listFunds, exportFunds } = FundsService.method;

function admission(limits: Partial<AdmissionLimits>) {
  const made = createAdmission({ ...unlimited, ...limits });
  onTestFinished(() => made.close());
  return made;
}

const overloaded = expect.objectContaining({ reason: 'OVERLOADED' });

test('calls beyond the limit are refused until one ends, streams aside', async () => {
  const { admit } = admission({ calls: 2 });
  const releases = [await admit(a, listFunds), await admit(b, listFunds)];
  expect(() => admit(a, listFunds)).toThrow(overloaded);
  await admit(a, exportFunds);
  releases[0]?.();
  releases[0]?.();
  await admit(a, listFunds);
  expect(() => admit(a, listFunds)).toThrow(overloaded);
});

test('streams beyond the limit are refused until one ends, calls aside', async () => {
  const { admit } = admission({ streams: 1 });
  const release = await admit(a, exportFunds);
  expect(() => admit(b, exportFunds)).toThrow(overloaded);
  await admit(b, listFunds);
  release();
  await admit(b, exportFunds);
});

test('one caller cannot take what is left for the others', async () => {
  const { admit } = admission({ calls: 10, callsPerCaller: 3 });
  for (let call = 0; call < 3; call += 1) await admit(a, listFunds);
  expect(() => admit(a, listFunds)).toThrow('calls of this caller');
  (await admit(b, listFunds))();
});

test('a caller over its rate is refused with the rate, and others are not', async () => {
  const { admit } = admission({ callsPerSecond: 5 });
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async () => admit(a, listFunds)).map((each) =>
      each.then(
        () => 'admitted',
        (error: unknown) => (error instanceof DomainError ? error.reason : 'fault'),
      ),
    ),
  );
  const admitted = outcomes.filter((outcome) => outcome === 'admitted').length;
  expect([5, 10]).toContain(admitted);
  expect(new Set(outcomes)).toEqual(new Set(['admitted', 'RATE_LIMITED']));
  await admit(b, listFunds);
});

import { FundsService } from '@finance/contract/funds-service';
import { DomainError } from '@finance/domain';
import { expect, onTestFinished, test } from 'vitest';
import { allPowerfulCaller } from '../identity/caller.ts';
import { createAdmission } from './admission.ts';
import type { AdmissionLimits } from './admission.ts';

const unlimited = {
  calls: 1e6,
  callsPerCaller: 1e6,
  streams: 1e6,
  streamsPerCaller: 1e6,
  callsPerSecond: 0,
  shedDelayMs: 0,
};
const [a, b] = [allPowerfulCaller('a'), allPowerfulCaller('b')];
const { listFunds, exportFunds } = FundsService.method;

function admission(limits: Partial<AdmissionLimits>) {
  const made = createAdmission({ ...unlimited, ...limits });
  onTestFinished(() => made.close());
  return made;
}

const overloaded = expect.objectContaining({ reason: 'OVERLOADED' });

test('calls beyond the limit are refused until one ends, streams aside', () => {
  const { enter } = admission({ calls: 2 });
  const releases = [enter(a, listFunds), enter(b, listFunds)];
  expect(() => enter(a, listFunds)).toThrow(overloaded);
  enter(a, exportFunds);
  releases[0]?.();
  releases[0]?.();
  enter(a, listFunds);
  expect(() => enter(a, listFunds)).toThrow(overloaded);
});

test('streams beyond the limit are refused until one ends, calls aside', () => {
  const { enter } = admission({ streams: 1 });
  const release = enter(a, exportFunds);
  expect(() => enter(b, exportFunds)).toThrow(overloaded);
  enter(b, listFunds);
  release();
  enter(b, exportFunds);
});

test('one caller cannot take what is left for the others', () => {
  const { enter } = admission({ calls: 10, callsPerCaller: 3 });
  for (let call = 0; call < 3; call += 1) enter(a, listFunds);
  expect(() => enter(a, listFunds)).toThrow('calls of this caller');
  enter(b, listFunds)();
});

test('headers take no place, and where there is none their call is refused by them', () => {
  const { arrive, enter } = admission({ streams: 1, calls: 1 });
  for (let call = 0; call < 10; call += 1) {
    arrive(a, exportFunds);
    arrive(a, listFunds);
  }
  enter(b, exportFunds);
  enter(b, listFunds);
  expect(() => arrive(a, exportFunds)).toThrow(overloaded);
  expect(() => arrive(a, listFunds)).toThrow(overloaded);
});

test('a caller over its rate is refused with the rate, and others are not', async () => {
  const { arrive } = admission({ callsPerSecond: 5 });
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async () => arrive(a, listFunds)).map((each) =>
      each.then(
        () => 'admitted',
        (error: unknown) => (error instanceof DomainError ? error.reason : 'fault'),
      ),
    ),
  );
  const admitted = outcomes.filter((outcome) => outcome === 'admitted').length;
  expect([5, 10]).toContain(admitted);
  expect(new Set(outcomes)).toEqual(new Set(['admitted', 'RATE_LIMITED']));
  await arrive(b, listFunds);
});

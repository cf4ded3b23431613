import { roles, type Role } from '@finance/domain';
import { uniformBelow, weighted } from '../random/distributions.ts';
import { companyPeople } from './company-org.ts';
import { companyRecords } from './company-records.ts';
import { independentRecords } from './independent-records.ts';
import type { Profile } from './profile.ts';
import { randomPeople } from './random-org.ts';

/** The profiles by the names of `--profile`. */
export const profileNames = ['company', 'uniform', 'study'] as const;

export type ProfileName = (typeof profileNames)[number];

const studyRole = weighted<Role>([
  ['staff', 80],
  ['supervisor', 15],
  ['admin', 5],
]);

/** `company`: realistic. `uniform`: everything independent. `study`: the published study's generator. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  company: { people: companyPeople, records: companyRecords },
  uniform: {
    people: (count, seed) =>
      randomPeople(count, seed, { roleOf: (draw) => roles[uniformBelow(roles.length, draw)]!, parentIdMax: Infinity }),
    records: independentRecords,
  },
  study: {
    people: (count, seed) => randomPeople(count, seed, { roleOf: studyRole, parentIdMax: 10_000 }),
    records: independentRecords,
  },
};

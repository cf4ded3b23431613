import type { BasisName } from './rule.ts';

/** The people and records around a fund, and why a viewer sees it. Names are empty where the person is unknown. */
export interface FundDetails {
  readonly handlerName: string;
  /** Empty where the handler is unknown. */
  readonly handlerDepartment: string;
  /** Null where the order is missing; the person may be. */
  readonly orderOwnerUserId: bigint | null;
  readonly orderOwnerName: string;
  /** Empty where the customer is missing. */
  readonly customerName: string;
  /** Null where the customer is missing; the person may be. */
  readonly customerAdminUserId: bigint | null;
  readonly customerAdminName: string;
  /** Bases on which the fund touches somebody in the scope, in the rule's order. */
  readonly viewerBases: readonly BasisName[];
}

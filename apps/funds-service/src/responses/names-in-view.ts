import type { FundDetails } from '@finance/domain';

/** Whose names the full view tells: of people in the viewer's scope, or of everybody whom a visible fund touches. */
export const fullViewNames = ['scope', 'all'] as const;

/** A value of FULL_VIEW_NAMES. */
export type FullViewNames = (typeof fullViewNames)[number];

/** Details without the names and departments of people outside of the viewer's scope; ids and customers stay. */
export function namesInView(details: FundDetails, names: FullViewNames): FundDetails {
  if (names === 'all') return details;
  const inScope = new Set(details.viewerBases);
  return {
    ...details,
    ...(!inScope.has('handler') && { handlerName: '', handlerDepartment: '' }),
    ...(!inScope.has('order_owner') && { orderOwnerName: '' }),
    ...(!inScope.has('customer_admin') && { customerAdminName: '' }),
  };
}

export const indexCatalog = { users: {}, user_hierarchy: {}, orders: {}, customers: {}, financial_funds: {} };
export interface FullRead { readonly query: string; readonly table: string; readonly only?: 'mysql' | 'sqlite'; readonly reason: string }
export const fullReads: readonly FullRead[] = [];

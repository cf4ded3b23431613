import { DomainError } from '@finance/domain';

/** What a page holds when the caller does not say. */
export const pageSizeDefault = 20;
/** Keeps an answer below 1 MB and a page's detail queries small. */
export const pageSizeMax = 1_000;

/** 0 means the default; larger sizes mean the maximum. @throws DomainError PAGE_SIZE_INVALID when negative */
export function parsePageSize(pageSize: number): number {
  if (pageSize < 0) {
    throw new DomainError('PAGE_SIZE_INVALID', `page_size is ${pageSize}; it must be 0 or more`, {
      field: 'page_size',
      value: String(pageSize),
    });
  }
  return pageSize === 0 ? pageSizeDefault : Math.min(pageSize, pageSizeMax);
}

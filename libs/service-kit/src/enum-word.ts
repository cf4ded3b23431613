import type { DescField } from '@bufbuild/protobuf';

/** `ADAPTIVE_SQL` of the enum PaginationStrategy as `adaptive-sql`; empty for UNSPECIFIED and for no enum. */
export function enumWord(field: DescField | undefined, value: unknown): string {
  if (field?.fieldKind !== 'enum' || typeof value !== 'number' || value === 0) return '';
  const { enum: desc } = field;
  const name = desc.value[value]?.name ?? '';
  return name
    .slice(desc.sharedPrefix?.length ?? 0)
    .replace(/^_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

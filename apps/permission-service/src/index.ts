export { createAuditService } from './audit-service.ts';
export { permissionSettings } from './settings.ts';
export type { PermissionDeps } from './permission-deps.ts';
export { createPermissionService } from './permission-service.ts';
export { createAccessReader } from './reads/access-reader.ts';
export type { AccessReaderOptions, ReadAccess } from './reads/access-reader.ts';

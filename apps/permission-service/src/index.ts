export { permissionSettings } from './settings.ts';
export type { PermissionDeps } from './permission-deps.ts';
export { createPermissionService } from './permission-service.ts';

import { AuditService } from '@finance/contract/audit-service';
import { FundsService } from '@finance/contract/funds-service';
import { Health } from '@finance/contract/grpc-health';
import { ServerReflection } from '@finance/contract/grpc-reflection-v1';
import { ServerReflection as ServerReflectionAlpha } from '@finance/contract/grpc-reflection-v1alpha';
import { PermissionService } from '@finance/contract/permission-service';
import { expect, test } from 'vitest';
import { requirementOf } from './rpc-requirements.ts';

const services = [AuditService, FundsService, PermissionService, Health, ServerReflection, ServerReflectionAlpha];

test('every RPC says who may call it, and only health is open', () => {
  for (const { methods, typeName } of services) {
    for (const method of methods) {
      const requirement = requirementOf(method);
      expect([method.name, requirement === 'open']).toEqual([method.name, typeName === 'grpc.health.v1.Health']);
      if (typeof requirement === 'object') expect(requirement.anyOf).not.toHaveLength(0);
    }
  }
});

test('every RPC with a viewer or user to act as asks for one that is the own', () => {
  const methods = [...FundsService.methods, ...PermissionService.methods];
  const withViewer = methods.filter(({ input }) => input.fields.some(({ localName }) => localName === 'viewerUserId'));
  expect(withViewer.length).toBeGreaterThan(8);
  for (const method of withViewer) {
    expect([method.name, requirementOf(method)]).toMatchObject([method.name, { ownField: 'viewerUserId' }]);
  }
  for (const method of methods) {
    const requirement = requirementOf(method);
    if (typeof requirement === 'string' || !('ownField' in requirement)) continue;
    expect(method.input.fields.map(({ localName }) => localName)).toContain(requirement.ownField);
  }
});

test('an RPC that is not in the table cannot be served', () => {
  const unknown = { ...FundsService.method.listFunds, localName: 'listSecrets', name: 'ListSecrets' };
  expect(() => requirementOf(unknown)).toThrow('FundsService/ListSecrets is not in rpc-requirements.ts');
});

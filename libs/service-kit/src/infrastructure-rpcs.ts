import type { DescMethod } from '@bufbuild/protobuf';

/** Whether an RPC is one of gRPC's own (health, reflection), which probes and tools call and not callers of ours. */
export const isInfrastructure = ({ parent }: DescMethod): boolean => parent.typeName.startsWith('grpc.');

import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FundsService,
  ListFundsRequestSchema,
  ListFundsResponseSchema,
  type ListFundsResponse,
} from '@finance/contract/funds-service';
import { HealthCheckRequestSchema } from '@finance/contract/grpc-health';

/** A request, encoded once. */
export type EncodedRequest = Buffer;

export const listFundsPath = `/${FundsService.typeName}/ListFunds`;

export const encodePage = (request: MessageInitShape<typeof ListFundsRequestSchema>): EncodedRequest =>
  Buffer.from(toBinary(ListFundsRequestSchema, create(ListFundsRequestSchema, request)));

export const decodePage = (answer: Uint8Array): ListFundsResponse => fromBinary(ListFundsResponseSchema, answer);

/** Of the empty RPC. */
export const healthCheckPath = '/grpc.health.v1.Health/Check';
export const emptyRequest: EncodedRequest = Buffer.from(
  toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema)),
);

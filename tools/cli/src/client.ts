import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Interceptor } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { AuditService } from '@finance/contract/audit-service';
import { FundsService } from '@finance/contract/funds-service';
import { PermissionService } from '@finance/contract/permission-service';
import { cliErrorFrom } from './errors.ts';
import type { ServerFlags } from './options/server-options.ts';

/** Lets `work` call funds-service. @throws CliError for every failed call */
export function withFunds<T>(
  flags: ServerFlags,
  work: (client: Client<typeof FundsService>) => Promise<T>,
): Promise<T> {
  return withClient(FundsService, flags.server, '--server', flags, work);
}

/** Lets `work` call permission-service. @throws CliError for every failed call */
export function withPermission<T>(
  flags: ServerFlags,
  work: (client: Client<typeof PermissionService>) => Promise<T>,
): Promise<T> {
  const { server, permissionServer = server } = flags;
  return withClient(PermissionService, permissionServer, '--permission-server', flags, work);
}

/** Lets `work` ask for the audit log, which permission-service serves. @throws CliError for every failed call */
export function withAudit<T>(
  flags: ServerFlags,
  work: (client: Client<typeof AuditService>) => Promise<T>,
): Promise<T> {
  const { server, permissionServer = server } = flags;
  return withClient(AuditService, permissionServer, '--permission-server', flags, work);
}

async function withClient<Service extends DescService, T>(
  service: Service,
  url: string,
  option: string,
  flags: ServerFlags,
  work: (client: Client<Service>) => Promise<T>,
): Promise<T> {
  let rpc = service.typeName;
  const prepare: Interceptor = (next) => (request) => {
    rpc = request.method.name;
    if (token !== undefined) request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
  const { timeout: timeoutMs, token, tlsCa, cert, keyFile } = flags;
  const nodeOptions = {
    ...(tlsCa !== undefined && { ca: tlsCa }),
    ...(cert !== undefined && { cert }),
    ...(keyFile !== undefined && { key: keyFile }),
  };
  const sessionManager = new Http2SessionManager(url, undefined, nodeOptions);
  const transport = createGrpcTransport({
    baseUrl: url,
    sessionManager,
    defaultTimeoutMs: timeoutMs,
    interceptors: [prepare],
  });
  try {
    const result = await work(createClient(service, transport));
    sessionManager.abort();
    return result;
  } catch (error) {
    // Not aborted: a connection that is failing would then emit its error where nobody listens.
    throw cliErrorFrom(error, { rpc, url, option, timeoutMs });
  }
}

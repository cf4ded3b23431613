// Signatures while this is being built (kept in step with the files):
//
// defineService(FundsService, { listFunds: async (request, context) => ({ funds: [...] }) }): DefinedService
//
// createLogger({ name: string, level: string }): pino.Logger
//
// defineConfig(settings): ConfigTable<S>   // .parse(env = process.env): ConfigOf<S> (throws ConfigError.problems), .help(programLine): string, .markdown(): string
//   settings = { ...serverSettings, DATABASE_URL: { schema: z.string(), default: 'sqlite:var/finance.db', description: '…', example?: '…', secret?: true } }
//   setting schemas take the raw string: portSetting, integerSetting(min, max), plus any zod schema over a string; `default` is the parsed value; no default = optional (undefined)
//   ConfigOf<typeof serverSettings> = { GRPC_PORT: number; HTTP_PORT: number; HOST: string; LOG_LEVEL: …; REQUEST_TIMEOUT_MS: number; MAX_MESSAGE_BYTES: number; SHUTDOWN_GRACE_MS: number; PAGE_TOKEN_KEY: Buffer | undefined }
//
// createSealer(key: Buffer | undefined): Sealer  { seal(purpose: string, content: Uint8Array): string; open(purpose: string, token: string): Uint8Array | undefined }
//
// runService({ name, services: DefinedService[], config: ServerConfig, log, readiness?: (signal) => Promise<void>, close?: () => Promise<void>, routes?: PlainRoutes }): Promise<RunningServers>
//   on a taken port: one line on stderr, close(), exit 1. Installs close-with-grace.
// startServers({ same without `close` }): Promise<RunningServers>   // for tests; throws StartupError (message = the one line)
//   RunningServers { host: string; grpcPort: number; httpPort: number; grpcAddress: string; httpUrl: string; health: Health; close(): Promise<void> }
// exitOnStartupProblem(error: unknown): never   // ConfigError / StartupError / DomainError: its lines on stderr, exit 1; others with stack
//
// createServiceTransport({ url, maxMessageBytes? }): Transport           // to another service, gRPC over HTTP/2
// createInProcessTransport(services: DefinedService[], { log, requestTimeoutMs? }): Transport
// callOptions(context: RpcContext): CallOptions                       // signal, deadline, x-request-id passed on
// withDomainErrors<T>(call: Promise<T>): Promise<T>                   // ConnectError -> the same DomainError
// domainErrorFromConnect(error: unknown): DomainError | undefined
export type { RpcContext, RpcHandler, ServiceHandlers } from './rpc-context.ts';

import { toBinary } from '@bufbuild/protobuf';
import type { DescFile, DescMessage, DescService } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { file_google_rpc_error_details } from '@finance/contract/rpc-error-details';

/** Finds protobuf files by name and by the symbols they declare. */
export interface DescriptorIndex {
  readonly serviceNames: readonly string[];
  /** Serialised FileDescriptorProtos: the file and everything it imports, the file first; undefined when unknown. */
  fileByName(name: string): Uint8Array[] | undefined;
  /** The file that declares a service, method, message, field, oneof, enum, enum value or extension. */
  fileBySymbol(symbol: string): Uint8Array[] | undefined;
  fileByExtension(typeName: string, number: number): Uint8Array[] | undefined;
  /** Numbers of the known extensions of a message; undefined when the message is unknown. */
  extensionNumbers(typeName: string): number[] | undefined;
}

/**
 * Indexes the services' files with all they import, well-known types included, and the details that errors carry:
 * clients resolve those by reflection too.
 */
export function indexDescriptors(services: readonly DescService[]): DescriptorIndex {
  const files = new Map<string, DescFile>();
  for (const service of services) collect(service.file, files);
  collect(file_google_rpc_error_details, files);
  const byName = new Map([...files.values()].map((file) => [fileName(file), file]));
  const bySymbol = new Map<string, DescFile>();
  const messages = new Set<string>();
  const extensions = new Map<string, Map<number, DescFile>>();
  for (const file of files.values()) {
    for (const symbol of symbolsOf(file)) bySymbol.set(symbol, file);
    for (const type of nestedTypes(file)) {
      if (type.kind === 'message') messages.add(type.typeName);
      if (type.kind !== 'extension') continue;
      const numbers = extensions.get(type.extendee.typeName) ?? new Map<number, DescFile>();
      extensions.set(type.extendee.typeName, numbers.set(type.number, file));
    }
  }
  return {
    serviceNames: services.map((service) => service.typeName),
    fileByName: (name) => serialised(byName.get(name)),
    fileBySymbol: (symbol) => serialised(bySymbol.get(symbol)),
    fileByExtension: (typeName, number) => serialised(extensions.get(typeName)?.get(number)),
    extensionNumbers: (typeName) =>
      messages.has(typeName) ? [...(extensions.get(typeName)?.keys() ?? [])] : undefined,
  };
}

/** protobuf-es names files without their suffix. */
function fileName(file: DescFile): string {
  return file.proto.name;
}

function collect(file: DescFile, into: Map<string, DescFile>): Map<string, DescFile> {
  if (into.has(file.name)) return into;
  into.set(file.name, file);
  for (const dependency of file.dependencies) collect(dependency, into);
  return into;
}

function serialised(file: DescFile | undefined): Uint8Array[] | undefined {
  if (file === undefined) return undefined;
  return [...collect(file, new Map()).values()].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

function* symbolsOf(file: DescFile): Generator<string> {
  for (const type of nestedTypes(file)) {
    yield type.typeName;
    if (type.kind === 'service') yield* type.methods.map((method) => `${type.typeName}.${method.name}`);
    if (type.kind === 'message') yield* membersOf(type);
    // Values of an enum are siblings of the enum, as in C++.
    if (type.kind === 'enum') yield* type.values.map((value) => `${scopeOf(type.typeName)}${value.name}`);
  }
}

function membersOf(message: DescMessage): string[] {
  return [...message.fields, ...message.oneofs].map((member) => `${message.typeName}.${member.name}`);
}

function scopeOf(typeName: string): string {
  return typeName.slice(0, typeName.lastIndexOf('.') + 1);
}

import { toJson, type DescMessage, type JsonObject, type JsonValue, type MessageShape } from '@bufbuild/protobuf';

/** A message as protobuf JSON, int64 as strings, with fields that hold their default, so that every key is there. */
export function jsonOf<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): JsonObject {
  return toJson(desc, message, { alwaysEmitImplicit: true }) as JsonObject;
}

/** A document's text, for people and for programs. */
export function jsonText(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A value's text inside a document, indented by `spaces`. */
export function jsonPart(value: JsonValue, spaces: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

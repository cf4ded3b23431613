import { ScalarType } from '@bufbuild/protobuf';
import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { invalidField, type DomainError } from '@finance/domain';
import type { JsonNode } from './json-nodes.ts';
import { timestampProblem } from './json-timestamp.ts';
import { wholeNumberInText, wholeNumberOf } from './whole-number.ts';

/** A number in the text that is to be read as its digits, since JSON.parse would round or cut it. */
export interface ExactNumber {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
}

/** What a look at a request found. */
export interface RequestFindings {
  /** Every place that cannot be read as the contract says; paths are spelled as JSON spells them. */
  readonly problems: DomainError[];
  readonly exactNumbers: ExactNumber[];
}

/** Looks whether JSON is what the contract says of a message, so that protobuf then reads each value as it stands. */
export function checkMessage(desc: DescMessage, node: JsonNode, path: string, findings: RequestFindings): void {
  if (isWrapperDesc(desc)) return checkScalar(desc.fields[0].scalar, node, path, findings);
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp':
      return refuse(findings, path, node.kind === 'string' ? timestampProblem(node.value) : 'must be a text');
    case 'google.protobuf.FieldMask':
      return refuse(findings, path, maskProblem(node));
    // What these hold has no type of ours; protobuf's own reader checks their form.
    case 'google.protobuf.Any':
    case 'google.protobuf.Duration':
    case 'google.protobuf.ListValue':
    case 'google.protobuf.Struct':
    case 'google.protobuf.Value':
      return undefined;
  }
  if (node.kind !== 'object') return refuse(findings, path, 'must be a JSON object');
  const given = new Set<string>();
  for (const { name, value } of node.members) {
    const field = fieldsOf(desc).get(name);
    const at = path === '' ? (field?.jsonName ?? name) : `${path}.${field?.jsonName ?? name}`;
    if (field === undefined) {
      const known = desc.fields.map(({ jsonName }) => jsonName).join(', ');
      refuse(findings, at, `is no field; ${desc.name} has ${known === '' ? 'none' : known}`);
      continue;
    }
    // Protobuf counts a null of a oneof as given only where it is a message.
    const slot = field.oneof && value.kind !== 'null' ? `oneof ${field.oneof.name}` : field.name;
    if (given.has(slot) || given.has(field.name)) {
      refuse(
        findings,
        at,
        slot === field.name ? 'is given twice' : `may not be given with another ${field.oneof?.name}`,
      );
    }
    given.add(slot).add(field.name);
    if (value.kind !== 'null') checkField(field, value, at, findings);
  }
}

function checkField(field: DescField, node: JsonNode, path: string, findings: RequestFindings): void {
  switch (field.fieldKind) {
    case 'scalar':
      return checkScalar(field.scalar, node, path, findings);
    case 'enum':
      return checkEnum(field.enum, node, path, findings);
    case 'message':
      return checkMessage(field.message, node, path, findings);
    case 'list':
      if (node.kind !== 'array') return refuse(findings, path, 'must be a JSON array');
      return node.items.forEach((item, index) => checkItem(field, item, `${path}[${index}]`, findings));
    case 'map': {
      if (node.kind !== 'object') return refuse(findings, path, 'must be a JSON object');
      const given = new Set<string>();
      for (const { name, value } of node.members) {
        const at = `${path}[${JSON.stringify(name)}]`;
        if (given.has(name)) refuse(findings, at, 'is given twice');
        given.add(name);
        if (field.mapKey !== ScalarType.BOOL) {
          checkScalar(field.mapKey, { kind: 'string', value: name }, at, findings);
        } else if (name !== 'true' && name !== 'false') refuse(findings, at, 'must be true or false');
        checkItem(field, value, at, findings);
      }
    }
  }
}

type ManyValued = Extract<DescField, { fieldKind: 'list' | 'map' }>;

function checkItem(field: ManyValued, node: JsonNode, path: string, findings: RequestFindings): void {
  const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind;
  if (node.kind === 'null' && field.message?.typeName !== 'google.protobuf.Value') {
    return refuse(findings, path, 'must not be null');
  }
  if (kind === 'message' && field.message) return checkMessage(field.message, node, path, findings);
  if (kind === 'enum' && field.enum) return checkEnum(field.enum, node, path, findings);
  if (field.scalar !== undefined) checkScalar(field.scalar, node, path, findings);
}

const bounds: Readonly<Partial<Record<ScalarType, readonly [min: bigint, max: bigint]>>> = {
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.SINT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.SFIXED64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
  [ScalarType.FIXED64]: [0n, 2n ** 64n - 1n],
  [ScalarType.INT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.SINT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.SFIXED32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.UINT32]: [0n, 2n ** 32n - 1n],
  [ScalarType.FIXED32]: [0n, 2n ** 32n - 1n],
};

function checkScalar(type: ScalarType, node: JsonNode, path: string, findings: RequestFindings): void {
  const range = bounds[type];
  if (range) return checkWhole(range, node, path, findings);
  switch (type) {
    case ScalarType.BOOL:
      return refuse(findings, path, node.kind === 'boolean' ? undefined : 'must be true or false');
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return refuse(findings, path, node.kind === 'number' || node.kind === 'string' ? undefined : 'must be a number');
    default: {
      if (node.kind !== 'string') return refuse(findings, path, 'must be a text');
      return refuse(
        findings,
        path,
        node.value.isWellFormed() ? undefined : 'holds half a character (a lone surrogate)',
      );
    }
  }
}

function checkWhole(
  [min, max]: readonly [bigint, bigint],
  node: JsonNode,
  path: string,
  { problems, exactNumbers }: RequestFindings,
): void {
  const value =
    node.kind === 'number'
      ? wholeNumberOf(node.text)
      : node.kind === 'string'
        ? wholeNumberInText(node.value)
        : undefined;
  if (value === undefined || value < min || value > max) {
    problems.push(invalidField(path, `must be a whole number from ${min} to ${max}, in digits`));
  } else if (node.kind === 'number') {
    exactNumbers.push({ start: node.start, end: node.start + node.text.length, digits: String(value) });
  }
}

function checkEnum(desc: DescEnum, node: JsonNode, path: string, findings: RequestFindings): void {
  // Numbers are for what is newer than this contract; whether one is known is the handler's to say.
  if (node.kind === 'number') return checkWhole(bounds[ScalarType.INT32]!, node, path, findings);
  const known = desc.values.map(({ name }) => name);
  if (node.kind === 'string' && known.includes(node.value)) return;
  refuse(findings, path, `must be one of ${known.join(', ')}`);
}

function maskProblem(node: JsonNode): string | undefined {
  if (node.kind !== 'string') return 'must be a text of field names, separated by commas';
  return node.value.includes('_') ? 'names fields as JSON does, such as createTime' : undefined;
}

function refuse({ problems }: RequestFindings, path: string, problem: string | undefined): void {
  if (problem !== undefined) problems.push(invalidField(path === '' ? 'request' : path, problem));
}

const fieldsByName = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** By the names that JSON may use: that of the contract and its own. */
function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  const known = fieldsByName.get(desc);
  if (known) return known;
  const fields = new Map(desc.fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field]]));
  fieldsByName.set(desc, fields);
  return fields;
}

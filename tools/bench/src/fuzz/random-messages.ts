import {
  create,
  ScalarType,
  toBinary,
  toJson,
  type DescField,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';

/** A number from 0 to below 1, the next of a sequence that its seed fixes. */
export type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(random: Random, choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;

const texts = [
  '',
  'amount desc',
  'fund_id',
  'EUR',
  'Sales',
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  '%',
  '\\',
  '"',
  '\u0000',
  '../../etc/passwd',
  '${7*7}',
  '{{7*7}}',
  'amount; SELECT sleep(9)',
  '￿𝒳\u202e',
  'x'.repeat(5_000),
  '1e309',
  'NaN',
  'AQAAAA',
];
const whole = [0n, 1n, 2n, 7n, -1n, 100n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];

const usual = [1, 2, 7, 20];
/** What some fields hold in an honest request; others are left empty. */
const usualTexts: Readonly<Record<string, string>> = {
  order_by: '',
  currency_code: 'EUR',
  name: 'Ada',
  department: 'Sales',
  paths: 'status',
};

/** How many of a message's values are absurd: of every second message few, so that it gets past the first checks. */
function wildness(random: Random): number {
  return random() < 0.5 ? 0.03 : 0.6;
}

/** A message of this type whose fields are absent, usual, at a limit or absurd. */
export function randomMessage(desc: DescMessage, random: Random, wild = wildness(random), depth = 0): Message {
  const message = create(desc);
  const fields = reflect(desc, message);
  for (const field of desc.fields) {
    if (random() < (wild > 0.1 ? 0.4 : 0.2) || depth > 3) continue;
    switch (field.fieldKind) {
      case 'list':
        for (let left = Math.floor(random() ** 4 * (wild > 0.1 ? 1_200 : 5)); left > 0; left -= 1) {
          fields.get(field).add(single(field, field.listKind, random, wild, depth));
        }
        break;
      case 'map':
        break;
      default:
        fields.set(field, single(field, field.fieldKind, random, wild, depth));
    }
  }
  return message;
}

function single(field: DescField, kind: 'scalar' | 'enum' | 'message', random: Random, wild: number, depth: number) {
  const absurd = random() < wild;
  if (kind === 'enum') return pick(random, absurd ? [9, -1, 2 ** 31 - 1] : [0, 1, 2, 3]);
  if (kind === 'message' && field.message) {
    return reflect(field.message, randomMessage(field.message, random, wild, depth + 1));
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.STRING:
      return absurd ? pick(random, texts).toWellFormed() : (usualTexts[field.name] ?? '');
    case ScalarType.BYTES:
      return new Uint8Array(Math.floor(random() * 50)).map(() => random() * 256);
    case ScalarType.INT64:
    case ScalarType.SINT64:
      return pick(random, absurd ? whole : usual.map(BigInt));
    case ScalarType.UINT64:
      return pick(
        random,
        whole.filter((value) => value >= 0n),
      );
    case ScalarType.UINT32:
      return Math.floor(random() * 2 ** 32);
    default:
      return pick(random, absurd ? [-1, 1_001, 2 ** 31 - 1, -(2 ** 31)] : usual);
  }
}

/** The message's bytes, half of the time with some of them changed, cut, doubled or all random. */
export function fuzzedBytes(desc: DescMessage, random: Random): Buffer {
  const bytes = Buffer.from(toBinary(desc, randomMessage(desc, random)));
  const way = random();
  if (way < 0.5) return bytes;
  if (way < 0.6) return bytes.subarray(0, Math.floor(random() * bytes.length));
  if (way < 0.7) return Buffer.concat([bytes, bytes]);
  if (way < 0.8) return Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => random() * 256));
  for (let changes = 1 + Math.floor(random() * 5); changes > 0 && bytes.length > 0; changes -= 1) {
    bytes[Math.floor(random() * bytes.length)] = random() * 256;
  }
  return bytes;
}

const strangeJson = [
  'null',
  '{}',
  '[]',
  '""',
  '"x"',
  '-1',
  '1e400',
  '0.5',
  'true',
  '{"a":{"b":{}}}',
  '[[[[]]]]',
  '"∞"',
];

/** The message as JSON text, half of the time with a value of another kind, an unknown name, or broken syntax. */
export function fuzzedJson(desc: DescMessage, random: Random): string {
  const text = jsonOf(desc, random);
  const way = random();
  if (way < 0.5) return text;
  if (way < 0.6) return text.slice(0, Math.floor(random() * text.length));
  if (way < 0.7) return pick(random, strangeJson);
  if (way < 0.8)
    return text.replace('{', `{"${pick(random, ['__proto__', 'constructor', 'x', ''])}":1${text === '{}' ? '' : ','}`);
  const values = [...text.matchAll(/:("[^"]*"|[\d.-]+|true|false)/g)];
  const changed = values.length === 0 ? undefined : pick(random, values);
  if (changed === undefined) return text;
  return `${text.slice(0, changed.index)}:${pick(random, strangeJson)}${text.slice(changed.index + changed[0].length)}`;
}

function jsonOf(desc: DescMessage, random: Random): string {
  try {
    return JSON.stringify(toJson(desc, randomMessage(desc, random)));
  } catch {
    // Times beyond the year 9999 have no JSON form.
    return '{}';
  }
}

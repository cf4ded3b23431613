import { DomainError, invalidField } from '@finance/domain';
import { valuesMax } from '../limits/message-values.ts';

/** A value of a JSON text as it is written: numbers by their digits, objects with every member, twice named ones too. */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string; readonly start: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'null' };

/** A name of an object and its value. */
export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

/** Nested deeper than any request of ours, and far from the end of the stack. */
const depthMax = 32;

/**
 * The nodes of a text that JSON.parse has taken.
 * @throws DomainError FIELD_INVALID or MESSAGE_TOO_LARGE for nesting or numbers of values that no request has
 */
export function jsonNodes(text: string): JsonNode {
  return new NodeReader(text).value(0);
}

const spaces = ' \t\n\r';
const numberCharacters = '-+.eE0123456789';
const punctuation = { open: 0x7b, close: 0x7d, openList: 0x5b, closeList: 0x5d, quote: 0x22, comma: 0x2c };

/** Walks over a text that is known to be JSON, so that it needs to look only for where things end. */
class NodeReader {
  readonly #text: string;
  #at = 0;
  #values = 0;
  /** Of the value that is being read: names alone, without places in lists. */
  readonly #path: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    if (depth > depthMax) throw invalidField(this.#path[0] ?? '', `is nested deeper than ${depthMax} levels`);
    this.#values += 1;
    if (this.#values > valuesMax) throw this.#tooManyValues();
    switch (this.#next()) {
      case punctuation.open:
        return { kind: 'object', members: this.#list(punctuation.close, () => this.#member(depth)) };
      case punctuation.openList:
        return { kind: 'array', items: this.#list(punctuation.closeList, () => this.value(depth + 1)) };
      case punctuation.quote:
        return { kind: 'string', value: this.#string() };
      case 0x74: // true
        return this.#skip(4, 'boolean');
      case 0x66: // false
        return this.#skip(5, 'boolean');
      case 0x6e: // null
        return this.#skip(4, 'null');
      default: {
        const start = this.#at;
        return { kind: 'number', text: this.#text.slice(start, this.#pass(numberCharacters)), start };
      }
    }
  }

  #member(depth: number): JsonMember {
    this.#next();
    const name = this.#string();
    this.#next();
    this.#at += 1;
    this.#path.push(name);
    const value = this.value(depth + 1);
    this.#path.pop();
    return { name, value };
  }

  #list<T>(close: number, read: () => T): T[] {
    const items: T[] = [];
    this.#at += 1;
    if (this.#next() !== close) {
      do {
        items.push(read());
      } while (this.#next() === punctuation.comma && ++this.#at);
    }
    this.#at += 1;
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = start;
    let backslashes: number;
    do {
      end = this.#text.indexOf('"', end + 1);
      for (backslashes = 0; this.#text[end - 1 - backslashes] === '\\'; backslashes += 1);
    } while (backslashes % 2 === 1);
    this.#at = end + 1;
    const literal = this.#text.slice(start, this.#at);
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  #skip<Kind extends 'boolean' | 'null'>(length: number, kind: Kind): { readonly kind: Kind } {
    this.#at += length;
    return { kind };
  }

  #tooManyValues(): DomainError {
    const field = this.#path.join('.');
    const max = String(valuesMax);
    return new DomainError('MESSAGE_TOO_LARGE', `${field} makes more than ${max} values of the request: send less`, {
      field,
      max,
    });
  }

  /** The next character that is no space. */
  #next(): number {
    return this.#text.charCodeAt(this.#pass(spaces));
  }

  /** Goes on to the first character that is none of these. */
  #pass(characters: string): number {
    while (this.#at < this.#text.length && characters.includes(this.#text[this.#at]!)) this.#at += 1;
    return this.#at;
  }
}

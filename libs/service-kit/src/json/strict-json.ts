import type { DescMessage } from '@bufbuild/protobuf';
import { allProblems, DomainError } from '@finance/domain';
import { checkMessage, type ExactNumber } from './check-message.ts';
import { jsonNodes } from './json-nodes.ts';

/** What protobuf's JSON reader of a message takes text from. */
export interface StrictDecoder {
  /** @throws DomainError that names every place that cannot be read exactly */
  decode(bytes: Uint8Array): string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Turns the bytes of a JSON request into text that protobuf's reader takes value by value as it was sent. By itself that
 * reader rounds whole numbers above 2^53, takes `"0x2"`, `" 2"` and `""` for numbers, and moves the 31st of April on to
 * the 1st of May.
 */
export function strictDecoder(desc: DescMessage): StrictDecoder {
  return {
    decode: (bytes) => {
      const text = textOf(bytes);
      const findings = { problems: [], exactNumbers: [] };
      checkMessage(desc, jsonNodes(text), '', findings);
      if (findings.problems.length > 0) throw allProblems(findings.problems);
      return withExactNumbers(text, findings.exactNumbers);
    },
  };
}

function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (error) {
    throw new DomainError('FIELD_INVALID', 'the request body is not UTF-8', {}, { cause: error });
  }
  try {
    JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new DomainError('FIELD_INVALID', `the request body is not JSON: ${why}`, {}, { cause: error });
  }
  return text;
}

/** Quoted, because as numbers they would pass through a double. */
function withExactNumbers(text: string, numbers: readonly ExactNumber[]): string {
  let at = 0;
  let exact = '';
  for (const { start, end, digits } of numbers) {
    exact += `${text.slice(at, start)}"${digits}"`;
    at = end;
  }
  return exact + text.slice(at);
}

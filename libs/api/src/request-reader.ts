import type { FieldMask } from '@bufbuild/protobuf/wkt';
import { allProblems, DomainError } from '@finance/domain';
import type { PageTokens } from './page-tokens.ts';
import { parseUpdateMask } from './update-mask.ts';

/** What each of these readers makes of a request. */
export type ReadFields<Readers> = {
  readonly [Name in keyof Readers]: Readers[Name] extends (...args: never[]) => infer Value ? Value : never;
};

type ReadersOf<Request> = Readonly<Record<string, (request: Request) => unknown>>;
type Entry<Request> = readonly [name: string, read: (request: Request) => unknown];

/**
 * Makes a reader of all that a handler takes from its request, so that a caller learns everything that is wrong at once:
 * the reader throws one DomainError that tells of each field that cannot be taken. What is undefined is left out.
 *
 * @param pageTokens for a list: they open with the other arguments only, so that `page_token` is looked at here just
 *   where something else is wrong already
 */
export function requestReader<Request>(pageTokens?: Pick<PageTokens, 'open'>) {
  return <Readers extends ReadersOf<Request>>(readers: Readers): ((request: Request) => ReadFields<Readers>) => {
    const entries = Object.entries(readers);
    return (request) => {
      const fields: Record<string, unknown> = {};
      const problems = readEach(request, entries, fields);
      if (problems) throw allProblems([...problems, ...tokenProblem(request, pageTokens)]);
      return fields as ReadFields<Readers>;
    };
  };
}

/**
 * Makes a reader of an update: which record, and its masked fields. The mask names them as the contract does, `readers`
 * as the domain does: `amount_cents` and `amountCents`.
 */
export function maskedReader<Message>() {
  return <Readers extends ReadersOf<Message>>(readId: (message: Message) => bigint, readers: Readers) => {
    const byPath = new Map(Object.entries(readers).map((entry) => [pathOf(entry[0]), entry]));
    const read = requestReader<{ readonly message: Message; readonly mask: FieldMask | undefined }>()({
      id: ({ message }) => readId(message),
      changes: ({ message, mask }) => {
        const changes: Record<string, unknown> = {};
        const masked = [...parseUpdateMask(mask, [...byPath.keys()])].map((path) => byPath.get(path)!);
        const problems = readEach(message, masked, changes);
        if (problems) throw allProblems(problems);
        return changes as Partial<ReadFields<Readers>>;
      },
    });
    return (message: Message, mask: FieldMask | undefined) => read({ message, mask });
  };
}

/** Puts what is read into `fields`; returns what cannot be, if anything. */
function readEach<Request>(
  request: Request,
  entries: readonly Entry<Request>[],
  fields: Record<string, unknown>,
): DomainError[] | undefined {
  let problems: DomainError[] | undefined;
  for (const [name, read] of entries) {
    try {
      const value = read(request);
      if (value !== undefined) fields[name] = value;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      (problems ??= []).push(error);
    }
  }
  return problems;
}

function tokenProblem(request: unknown, pageTokens: Pick<PageTokens, 'open'> | undefined): DomainError[] {
  const { pageToken } = request as { readonly pageToken?: unknown };
  if (pageTokens === undefined || typeof pageToken !== 'string') return [];
  try {
    pageTokens.open(pageToken, {});
  } catch (error) {
    // Whether one of ours belongs to this call cannot be told while its other arguments are wrong.
    if (error instanceof DomainError && error.reason === 'PAGE_TOKEN_INVALID') return [error];
  }
  return [];
}

const pathOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

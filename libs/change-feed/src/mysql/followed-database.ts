/** The database that is followed, as the server calls it: a URL may spell it in another way. */
export class FollowedDatabase {
  private readonly name: string;
  private readonly isAnyCase: boolean;

  /** @param lowerCaseTableNames the server's setting of that name */
  constructor(name: string, lowerCaseTableNames: number) {
    this.isAnyCase = lowerCaseTableNames !== 0;
    this.name = this.comparable(name);
  }

  isCalled(name: string): boolean {
    return this.comparable(name) === this.name;
  }

  /** Whether a text may name it; backticks within a name are doubled there. */
  isNamedIn(text: string): boolean {
    return this.comparable(text).includes(this.name.replaceAll('`', '``')) || this.comparable(text).includes(this.name);
  }

  /** The key of a table's name. */
  tableKey(name: string): string {
    return this.comparable(name);
  }

  private comparable(name: string): string {
    return this.isAnyCase ? name.toLowerCase() : name;
  }
}

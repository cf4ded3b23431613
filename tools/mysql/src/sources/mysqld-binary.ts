/** A MySQL server program that can be run here: `command` with `args` in front of the server's own arguments. */
export interface MysqldBinary {
  readonly source: 'path' | 'debian';
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Arguments that tell an uninstalled server where its own files are. */
  readonly locationFlags: readonly string[];
}

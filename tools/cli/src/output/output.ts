import { once } from 'node:events';
import { styleText } from 'node:util';
import { harmless } from './harmless.ts';

/** Where a run writes; `process` is one. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** The styles in use. */
export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Results on stdout, progress and errors on stderr. */
export class Output {
  readonly streams: Streams;
  /** How far a list has been written while it is not complete; empty otherwise. */
  writtenPart = '';
  #progressShown = false;

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** Writes to stdout; waits while its reader is slower than we are. */
  async write(text: string): Promise<void> {
    if (this.streams.stdout.isTTY) this.endProgress();
    if (text !== '' && !this.streams.stdout.write(text)) await once(this.streams.stdout, 'drain');
  }

  /** Styled on a terminal unless NO_COLOR is set, plain elsewhere. */
  paint(style: Style, text: string): string {
    const { stdout } = this.streams;
    return stdout.isTTY ? styleText(style, text, { stream: stdout }) : text;
  }

  /** Shows how far it is, on a terminal only; replaces what was shown. */
  progress(text: string): void {
    const { stderr } = this.streams;
    if (!stderr.isTTY) return;
    stderr.write(`\r\u001b[K${text}`);
    this.#progressShown = true;
  }

  /** Takes the progress off the terminal. */
  endProgress(): void {
    if (this.#progressShown) this.streams.stderr.write('\r\u001b[K');
    this.#progressShown = false;
  }

  /** Writes one line about a failure to stderr; tells when what stands on stdout is only a part. */
  complain(message: string): void {
    this.endProgress();
    const part = this.writtenPart === '' ? '' : ` (the output is incomplete: it ends after ${this.writtenPart})`;
    this.streams.stderr.write(`finance: ${harmless(message.trim().replaceAll(/\s*[\r\n]+\s*/g, ' '))}${part}\n`);
  }
}

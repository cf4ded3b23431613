/** A numeric column that grows by doubling. */
export class GrowingColumn<A extends Float64Array | BigInt64Array | Uint32Array | Uint16Array | Uint8Array> {
  length = 0;
  private array: A;
  private readonly make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.make = make;
    this.array = make(1024);
  }

  push(value: A[number]): void {
    if (this.length === this.array.length) {
      const larger = this.make(this.length * 2);
      (larger as { set(from: A): void }).set(this.array);
      this.array = larger;
    }
    this.array[this.length] = value;
    this.length += 1;
  }

  /** What was pushed; the column is not for use afterwards. */
  take(): A {
    return this.array.subarray(0, this.length) as A;
  }
}

/** A column of ids that may be null, each of 64 bits. */
export class GrowingLinks {
  private readonly ids = new GrowingColumn((length) => new BigInt64Array(length));
  private readonly known = new GrowingColumn((length) => new Uint8Array(length));

  push(id: bigint | null): void {
    this.ids.push(id ?? 0n);
    this.known.push(id === null ? 0 : 1);
  }

  /** What was pushed; `known` is 0 for null. */
  take(): { readonly ids: BigInt64Array; readonly known: Uint8Array } {
    return { ids: this.ids.take(), known: this.known.take() };
  }
}

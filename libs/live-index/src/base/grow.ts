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

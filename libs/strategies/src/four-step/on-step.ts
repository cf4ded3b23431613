/** The steps in their order; for an admin, who needs none of them, nothing is told. */
export type StepName = 'people' | 'orders' | 'customers' | 'funds';

/** Told after each step: how long it took in milliseconds, and how many ids or funds it found. */
export type OnStep = (name: StepName, ms: number, rows: number) => void;

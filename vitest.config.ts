import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,libs,tools}/*/src/**/*.test.ts'],
    // A file has its own databases. Many wait for servers to start, fall and return, so that three fill two cores.
    maxWorkers: 3,
    // Many tests start processes and databases, on machines that do other work as well.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

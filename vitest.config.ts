import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,libs,tools}/*/src/**/*.test.ts'],
    // A file has its own databases; two at a time fill two cores and leave MySQL some room.
    maxWorkers: 2,
    // Many tests start processes and databases, on machines that do other work as well.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

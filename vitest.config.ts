import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    // Some tests start real brokers and programs, or replay whole recordings.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Much of the time they wait, for devices at their real pace: as many files at once as there are cores, not one fewer.
    maxWorkers: '100%',
  },
});

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Rooms whose tests start nothing and change nothing outside of themselves: they need not load everything anew for every file. */
const PURE = ['align', 'clock', 'config', 'fusion', 'geometry', 'numpy', 'perception', 'words'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

const shared = {
  // Some tests start real brokers and programs, or replay whole recordings.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Many wait most of the time, for devices at their real pace: half as many files again at once as there are cores.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    maxWorkers: shared.maxWorkers,
    projects: [
      { test: { ...shared, name: 'parts', include: ['test/**/*.test.ts'], exclude: PURE } },
      { test: { ...shared, name: 'pure', include: PURE, isolate: false } },
    ],
  },
});

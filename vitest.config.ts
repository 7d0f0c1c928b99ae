import { defineConfig } from 'vitest/config';

/** Rooms whose tests start nothing and change nothing outside of themselves: they need not load everything anew for every file. */
const PURE = ['align', 'clock', 'config', 'fusion', 'geometry', 'numpy', 'perception', 'words'].map(
  (room) => `test/${room}/**/*.test.ts`,
);

const shared = {
  // Some tests start real brokers and programs, or replay whole recordings.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Tests run daemons at their real pace: more files at once than there are cores would starve them.
  maxWorkers: '100%',
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

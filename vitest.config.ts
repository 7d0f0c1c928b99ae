import { defineConfig } from 'vitest/config';
import { asBuilt, DIST } from './test/support/as-built.ts';

/** Rooms whose tests start nothing and change nothing outside of themselves: they need not load everything anew for every file. */
const PURE = [
  'align',
  'calibrate',
  'clips',
  'clock',
  'config',
  'dataset',
  'drivers/simulation',
  'fusion',
  'geometry',
  'learn',
  'models',
  'numpy',
  'perception',
  'words',
].map((room) => `test/${room}/**/*.test.ts`);

const shared = {
  // Some tests start real brokers and programs, or replay whole recordings.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Tests run daemons at their real pace: more files at once than there are cores would starve them.
  maxWorkers: '100%',
  server: { deps: { external: [DIST] } },
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    maxWorkers: shared.maxWorkers,
    projects: [
      { plugins: [asBuilt], test: { ...shared, name: 'parts', include: ['test/**/*.test.ts'], exclude: PURE } },
      { plugins: [asBuilt], test: { ...shared, name: 'pure', include: PURE, isolate: false } },
    ],
  },
});

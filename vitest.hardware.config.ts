import { defineConfig } from 'vitest/config';

/** Tests on real devices: `SENSORIUM_HARDWARE=robot.yaml npm run test:hardware`. One after the other: each device is there once. */
export default defineConfig({
  test: {
    include: ['test/hardware/*.hardware.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

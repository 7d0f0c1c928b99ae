import { defineDriver, integerIn, oneOf, type DriverDefinition } from '../../../src/contract/index.ts';

/** A small robot: an IMU, wheels and a truth, that never say anything. */
export const silent: DriverDefinition = defineDriver<{ rate: number; flavour: string }>({
  type: 'silent',
  summary: 'says nothing',
  schema: {
    rate: { doc: 'Hz.', format: integerIn(1, 400), default: 100 },
    flavour: { doc: 'Of no use.', format: oneOf('sweet', 'sour'), default: 'sweet' },
  },
  create: (_name, { rate }) => ({
    streams: [
      {
        id: 'imu',
        kind: 'imu',
        frameId: 'imu_link',
        clock: { domain: 'unix' },
        nominalRate: rate,
        role: 'sensor',
      },
      { id: 'wheels', kind: 'odometry', frameId: 'odom', clock: { domain: 'none' }, role: 'sensor' },
      { id: 'truth', kind: 'odometry', frameId: 'world', clock: { domain: 'unix' }, role: 'reference' },
    ],
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }),
});

import type { EmulatorDefinition } from '../../../src/device/index.ts';
import { motionAt } from '../motion.ts';
import type { Axis, ScanLayout, Triple } from './decode.ts';
import { layOut, parseType, type Element } from './layout.ts';

/*
 * An InvenSense MPU-9250 as its kernel driver (inv_mpu6050) shows it: 16 bits, big endian, ± 2 g, ± 500 degrees a second, with a
 * mount matrix that turns it by a right angle.
 */

const RATE = 100;
/** The device's time of day when it is switched on, ns. */
const SWITCHED_ON = 1_700_000_000_000_000_000n;
const SCALES = { accel: 0.000598, anglvel: 0.000266316, magn: 0.0015 } as const;
/** Machine's x is the sensor's y, machine's y its -x. */
const MOUNT = [0, 1, 0, -1, 0, 0, 0, 0, 1];
const WORD = parseType('be:s16/16>>0') as Element['type'];
const TIME = parseType('le:s64/64>>0') as Element['type'];
const NAMES = (['accel', 'anglvel', 'magn'] as const).flatMap((quantity) =>
  ['x', 'y', 'z'].map((axis) => `in_${quantity}_${axis}`),
);
/** As the driver switches them on by default: no field. */
const ELEMENTS: readonly Element[] = [
  ...NAMES.slice(0, 6).map((name, index) => ({ name, index, type: WORD })),
  { name: 'in_timestamp', index: 9, type: TIME },
];
const { offsets, size } = layOut(ELEMENTS);
const LAYOUT: ScanLayout = {
  size,
  time: { at: offsets.get('in_timestamp') ?? 0, bigEndian: false },
  acceleration: tripleOf('accel'),
  angularVelocity: tripleOf('anglvel'),
};

function tripleOf(quantity: keyof typeof SCALES): Triple {
  const axis = (letter: string): Axis => ({
    at: offsets.get(`in_${quantity}_${letter}`) ?? 0,
    type: WORD,
    offset: 0,
    scale: SCALES[quantity],
  });
  return { axes: [axis('x'), axis('y'), axis('z')], mount: MOUNT };
}

/** An MPU-9250 on a table that turns to and fro. */
export const iioEmulator: EmulatorDefinition = {
  device: 'iio',
  summary: 'an MPU-9250 behind a sysfs tree and a FIFO, on a table that turns to and fro, 100 Hz',
  line: {
    kind: 'files',
    files: filesOf('mpu9250'),
    through: { fifo: 'dev/iio:device0' },
    config: (folder) => ({ root: `${folder}/sys`, dev: `${folder}/dev` }),
  },
  found: LAYOUT,
  create() {
    let sent = 0;
    return {
      until(seconds) {
        const due = Math.floor(seconds * RATE);
        const scans = new Uint8Array(size * Math.max(0, due - sent));
        for (let at = 0; sent < due; sent += 1, at += size)
          writeScan(new DataView(scans.buffer, at, size), sent / RATE, SWITCHED_ON + BigInt((sent * 1e9) / RATE));
        return scans;
      },
    };
  },
};

/** A scan of acceleration, angular velocity and time. */
function writeScan(view: DataView, seconds: number, time: bigint): void {
  const { linearAcceleration, angularVelocity } = motionAt(seconds);
  [linearAcceleration, angularVelocity].forEach((vector, i) => {
    const { [i === 0 ? 'accel' : 'anglvel']: scale } = SCALES;
    for (let axis = 0; axis < 3; axis += 1) {
      // The mount matrix, the other way round.
      const value = MOUNT[axis] * vector[0] + MOUNT[3 + axis] * vector[1] + MOUNT[6 + axis] * vector[2];
      view.setInt16(6 * i + 2 * axis, Math.round(value / scale));
    }
  });
  view.setBigInt64(LAYOUT.time.at, time, true);
}

/** What the kernel shows of such a device, by path. */
export function filesOf(name: string): Readonly<Record<string, string>> {
  const device = 'sys/iio:device0';
  const elements = [...NAMES, 'in_timestamp'].flatMap((element, index) => [
    [`${device}/scan_elements/${element}_en`, '0\n'],
    [`${device}/scan_elements/${element}_index`, `${index}\n`],
    [`${device}/scan_elements/${element}_type`, element === 'in_timestamp' ? 'le:s64/64>>0\n' : 'be:s16/16>>0\n'],
  ]);
  return Object.fromEntries([
    [`${device}/name`, `${name}\n`],
    [`${device}/sampling_frequency`, '50\n'],
    [`${device}/current_timestamp_clock`, 'realtime\n'],
    [`${device}/in_accel_scale`, `${SCALES.accel}\n`],
    [`${device}/in_anglvel_scale`, `${SCALES.anglvel}\n`],
    [`${device}/in_magn_scale`, `${SCALES.magn}\n`],
    [`${device}/in_mount_matrix`, '0, 1, 0; -1, 0, 0; 0, 0, 1\n'],
    [`${device}/buffer/enable`, '0\n'],
    [`${device}/buffer/length`, '2\n'],
    [`${device}/buffer/watermark`, '1\n'],
    [`${device}/trigger/current_trigger`, '\n'],
    ['sys/trigger0/name', `${name}-dev0\n`],
    ...elements,
  ]) as Record<string, string>;
}

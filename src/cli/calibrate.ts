import { delay } from './calibrate/delay.ts';
import { imu } from './calibrate/imu.ts';
import { mount } from './calibrate/mount.ts';
import { noise } from './calibrate/noise.ts';
import { wheels } from './calibrate/wheels.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Each tells what it found with its standard deviation, and what to paste into the configuration; where a log cannot tell
something, it says which motion would (docs/calibration.md).

Examples:
  sensorium calibrate noise still.mcap --plot allan.svg
  sensorium calibrate imu six-sides.mcap
  sensorium calibrate mount drive.mcap
  sensorium calibrate delay drive.mcap --json
  sensorium calibrate wheels drive.mcap --base 0.4 --radius 0.1
  sensorium calibrate mount --help`;

/** `sensorium calibrate <what> <log>`: what a log tells of its sensors. */
export const calibrate: Verb = (program, context) => {
  const group = program
    .command('calibrate')
    .description('find noise, biases, mounts, delays and wheels from a log')
    .addHelpText('after', EXAMPLES);
  noise(group, context);
  imu(group, context);
  mount(group, context);
  delay(group, context);
  wheels(group, context);
};

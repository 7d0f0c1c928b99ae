import type { Place } from './place/place.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Indoors, K; and how far rooms differ and the hours swing. */
const INDOORS = 294.5;
const OUTDOORS = 285;
const SWING = 1.5;
/** Time of a swing, s. */
const HOURS = 1800;
/** A BMP280 (Bosch BST-BMP280-DS001): noise and offset, K and Pa. */
const TEMPERATURE_NOISE = 0.02;
const TEMPERATURE_OFFSET = 0.5;
const PRESSURE_NOISE = 1.3;
const PRESSURE_OFFSET = 100;
const SEA_LEVEL = 101_325;

/** A thermometer: the rooms differ a little, the hours swing slowly, and its housing lags by half a minute. */
export function createTemperature(
  { motionAt, random, noise, period }: Scene,
  { rooms, floor, outdoors }: Place,
): Sensor {
  const offset = TEMPERATURE_OFFSET * noise * random.gaussian();
  const phase = 2 * Math.PI * random.uniform();
  let lagging: number | undefined;
  return {
    kind: 'scalar',
    frameId: 'temperature_link',
    duration: 0,
    sample(seconds) {
      const { x, y } = motionAt(seconds);
      const column = Math.max(0, Math.min(floor.columns - 1, Math.floor(x * floor.perMetre)));
      const row = Math.max(0, Math.min(floor.rows - 1, Math.floor(y * floor.perMetre)));
      const { lamp } = rooms[floor.room[row * floor.columns + column]];
      const swing = SWING * Math.sin((2 * Math.PI * seconds) / HOURS + phase);
      const air = (outdoors ? OUTDOORS : INDOORS + 2 * lamp) + swing;
      lagging = lagging === undefined ? air : lagging + (air - lagging) * Math.min(1, period / 30);
      const value = lagging + offset + TEMPERATURE_NOISE * noise * random.gaussian();
      return { kind: 'scalar', quantity: 'temperature', value, variance: TEMPERATURE_NOISE * TEMPERATURE_NOISE };
    },
  };
}

/** A barometer: the weather changes by some Pa a minute. */
export function createPressure({ random, noise, period }: Scene): Sensor {
  const offset = PRESSURE_OFFSET * noise * random.gaussian();
  let weather = 500 * random.gaussian();
  return {
    kind: 'scalar',
    frameId: 'pressure_link',
    duration: 0,
    sample() {
      weather += 0.2 * Math.sqrt(period) * random.gaussian();
      const value = SEA_LEVEL + weather + offset + PRESSURE_NOISE * noise * random.gaussian();
      return { kind: 'scalar', quantity: 'pressure', value, variance: PRESSURE_NOISE * PRESSURE_NOISE };
    },
  };
}

import type { Place } from './place/place.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Where the map's origin lies, WGS 84, degrees and m: x points east, y north. */
const ORIGIN = { latitude: 48.1374, longitude: 11.5755, altitude: 565 };
/** Semi-major axis, m, and first eccentricity squared of WGS 84 (NIMA TR8350.2). */
const AXIS = 6_378_137;
const ECCENTRICITY = 6.694_379_990_14e-3;
/** Deviation of what changes slowly (ionosphere, reflections), its time, s, and of what is new in each fix; m. */
const SLOW = 1.2;
const SLOW_SECONDS = 60;
const WHITE = 0.3;
/** Heights are worse by this factor. */
const UPWARD = 1.7;
const GPS_AND_GALILEO = 1 | 8;

/** A satellite receiver: a fix under the open sky, none in a building. */
export function createGnss({ motionAt, random, noise, period }: Scene, { outdoors }: Place): Sensor {
  const sinus = Math.sin((ORIGIN.latitude * Math.PI) / 180);
  const w = Math.sqrt(1 - ECCENTRICITY * sinus * sinus);
  // Radii of curvature along the meridian and across it.
  const north = (AXIS * (1 - ECCENTRICITY)) / (w * w * w) + ORIGIN.altitude;
  const east = (AXIS / w + ORIGIN.altitude) * Math.cos((ORIGIN.latitude * Math.PI) / 180);
  const degrees = 180 / Math.PI;
  const slow = [0, 1, 2].map(() => SLOW * noise * random.gaussian());
  const keep = Math.exp(-period / SLOW_SECONDS);
  const variance = SLOW * SLOW + WHITE * WHITE;
  return {
    kind: 'fix',
    frameId: 'gnss_link',
    duration: 0,
    sample(seconds) {
      const { x, y } = motionAt(seconds);
      const errors = slow.map((before, axis) => {
        slow[axis] = keep * before + Math.sqrt(1 - keep * keep) * SLOW * noise * random.gaussian();
        return slow[axis] + WHITE * noise * random.gaussian();
      });
      if (!outdoors) return { kind: 'fix', latitude: NaN, longitude: NaN, quality: 'none', service: 0 };
      const covariance = new Float64Array(9);
      covariance[0] = variance;
      covariance[4] = variance;
      covariance[8] = variance * UPWARD * UPWARD;
      return {
        kind: 'fix',
        latitude: ORIGIN.latitude + ((y + errors[1]) / north) * degrees,
        longitude: ORIGIN.longitude + ((x + errors[0]) / east) * degrees,
        altitude: ORIGIN.altitude + 1.2 + UPWARD * errors[2],
        quality: 'fix',
        service: GPS_AND_GALILEO,
        covariance,
      };
    },
  };
}

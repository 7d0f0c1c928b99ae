/** What an emulated receiver measures. */
export interface Walk {
  /** WGS 84, degrees; m above the ellipsoid; m of the sea above it. */
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly separation: number;
  /** m. */
  readonly deviation: { readonly east: number; readonly north: number; readonly up: number };
}

/** 20 m about a place in the mountains, once in two minutes: 1 m/s. */
const [LATITUDE, LONGITUDE, ALTITUDE] = [46.9466, 7.4438, 598.4];
const RADIUS = 20;
const TURN = 120;
/** m for a degree of latitude, about. */
const DEGREE = 111_200;

/** A walk in circles. */
export function walkAt(seconds: number): Walk {
  const angle = (2 * Math.PI * seconds) / TURN;
  return {
    latitude: LATITUDE + (RADIUS * Math.cos(angle)) / DEGREE,
    longitude: LONGITUDE + (RADIUS * Math.sin(angle)) / DEGREE / Math.cos((LATITUDE * Math.PI) / 180),
    altitude: ALTITUDE + Math.sin(3 * angle),
    separation: 49.6,
    deviation: { east: 0.9, north: 1.2, up: 2.1 },
  };
}

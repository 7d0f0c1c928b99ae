/** Length of a clip, s, and its pictures: evenly spread, the last one at its end. */
export const SECONDS = 2;
export const PICTURES = 5;
/** Pictures as stills have them; recordings are wider in pixels, and as wide to their height. */
export const WIDTH = 160;
export const HEIGHT = 120;
/** Samples of a microphone a second, and microphones. */
export const SAMPLE_RATE = 16_000;
export const CHANNELS = 4;
/** Steps of what the IMU measures, and numbers of a step: means of angular velocity and specific force, then their deviations. */
export const IMU_STEPS = 20;
export const IMU_NUMBERS = 12;

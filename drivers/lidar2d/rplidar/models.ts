import type { ScanFormat } from './protocol.ts';

/** What differs between the models. From Slamtec's data sheets of A1M8, A2M8, A3M1, S1, S2, S3 and C1. */
export interface RplidarModel {
  readonly baudRate: number;
  /** What `mode: auto` means. */
  readonly mode: ScanFormat['name'];
  /** Turns a second as it leaves the factory. */
  readonly turnRate: number;
  /** How its motor is told to turn; otherwise it turns by itself, or (A1) while DTR of the adapter is off. */
  readonly motor?: 'pwm' | 'speed';
  /** Points a second, until it says so itself. */
  readonly pointRate: Readonly<Record<ScanFormat['name'], number>>;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
}

const TRIANGULATION = { standard: 2000, express: 4000, dense: 8000 };

export const MODELS = {
  a1: { baudRate: 115_200, mode: 'express', turnRate: 5.5, pointRate: TRIANGULATION, rangeMin: 0.15, rangeMax: 12 },
  a2: {
    baudRate: 115_200,
    mode: 'express',
    turnRate: 10,
    motor: 'pwm',
    pointRate: TRIANGULATION,
    rangeMin: 0.15,
    rangeMax: 16,
  },
  a3: {
    baudRate: 256_000,
    mode: 'express',
    turnRate: 10,
    motor: 'pwm',
    pointRate: TRIANGULATION,
    rangeMin: 0.15,
    rangeMax: 25,
  },
  s1: { ...timeOfFlight(256_000, 9200, 40), motor: 'speed' },
  s2: { ...timeOfFlight(1_000_000, 32_000, 30), motor: 'speed' },
  s3: { ...timeOfFlight(1_000_000, 32_000, 40), motor: 'speed' },
  c1: timeOfFlight(460_800, 5000, 12),
} satisfies Readonly<Record<string, RplidarModel>>;

function timeOfFlight(baudRate: number, rate: number, rangeMax: number): RplidarModel {
  const pointRate = { standard: rate, express: rate, dense: rate };
  return { baudRate, mode: 'dense', turnRate: 10, pointRate, rangeMin: 0.05, rangeMax };
}

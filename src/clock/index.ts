export * from './clock.ts';
export { DEFAULT_CLOCK, schema as clockSchema, type ClockConfig, type StampSource } from './config.ts';

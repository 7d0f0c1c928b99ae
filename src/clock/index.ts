export * from './clock.ts';
export { schema as clockSchema, type ClockConfig, type StampSource } from './config.ts';

export { createStreamClock, type Stamped, type StreamClock } from './clock.ts';
export { DEFAULT_CLOCK, type ClockConfig, type StampSource } from './config.ts';
export { createDeviceTime, type DeviceTime } from './device-time.ts';
export { createPeriodEstimator, type PeriodEstimator } from './period.ts';
export type { ClockReport } from './report.ts';
export type { ClockEvent, ClockReason, StampBasis } from './stamper.ts';

export * from './stamp.ts';
export * from './measurement.ts';
export * from './frame.ts';
export * from './lease.ts';
export * from './size.ts';

export * from './angle.ts';
export * from './geodesy.ts';
export * from './median.ts';
export * from './quaternion.ts';
export * from './transform.ts';
export * from './vector.ts';

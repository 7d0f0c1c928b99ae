export * from './driver.ts';
export * from './effect.ts';
export * from './errors.ts';
export * from './format.ts';
export * from './input.ts';
export * from './model.ts';
export * from './publisher.ts';
export * from './stage.ts';

export { measureMemory, type MemoryQuery } from './measure.ts';
export { memoryReport, type MemoryReport } from './report.ts';
export { viewsOf } from './views.ts';

export {
  defineDevice,
  type DeviceDefinition,
  type DeviceDriver,
  type DeviceOutput,
  type DeviceSession,
} from './driver.ts';
export { openEmulatedLine, type LinePlace } from './emulated-line.ts';
export {
  concatenated,
  type EmulatedDevice,
  type EmulatorCase,
  type EmulatedLine,
  type EmulatorDefinition,
  type FilesLine,
  type ProgramEmulator,
} from './emulator.ts';
export { fileLink } from './file.ts';
export { inputLink } from './input.ts';
export { LineCutter } from './lines.ts';
export type { Link, LinkListener, OpenLink } from './link.ts';
export { commandSchema, inPlaceOf, processLink, type CommandConfig, type ProcessOptions } from './process.ts';
export { serialLink, serialSchema, type SerialConfig } from './serial.ts';
export { tcpLink } from './tcp.ts';
export type { TimingConfig } from './timing.ts';
export { framesOnly } from './frames-only.ts';

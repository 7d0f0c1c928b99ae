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
  saidUntil,
  type EmulatedDevice,
  type EmulatedDriver,
  type EmulatorCase,
  type EmulatedLine,
  type EmulatorDefinition,
  type FilesLine,
  type ProgramEmulator,
} from './emulator.ts';
export { fileLink } from './file.ts';
export { busLeaf, hex, loadI2cBus, openI2cBus, type I2cBus } from './i2c.ts';
export { i2cLink, type I2cChip, type I2cLinkOptions } from './i2c-link.ts';
export { pause, perform, performAtOnce, readFrom, writeTo, type I2cProcedure, type I2cStep } from './i2c-procedure.ts';
export { inputLink } from './input.ts';
export { LineCutter } from './lines.ts';
export type { Chunk, Link, LinkListener, OpenLink } from './link.ts';
export { mqttLink, mqttSchema, type MqttConfig } from './mqtt.ts';
export { commandSchema, inPlaceOf, processLink, type CommandConfig, type ProcessOptions } from './process.ts';
export { programAt } from './programs.ts';
export { serialLink, serialSchema, type SerialConfig } from './serial.ts';
export { tcpLink } from './tcp.ts';
export type { TimingConfig } from './timing.ts';
export { framesOnly } from './frames-only.ts';
export { zeromqAddress, zeromqLink, zeromqSchema, type ZeroMqConfig } from './zeromq.ts';
export { withLarge } from './zeromq-large.ts';
export { namesIn, readAttribute, writeAttribute } from './sysfs.ts';

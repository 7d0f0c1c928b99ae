export { canonicalJson, configDocument, hashesOf, type ConfigHashes } from './canonical.ts';
export { checkLogStreams, foreseenTroubles } from './cross.ts';
export { parseConfigText } from './file.ts';
export type { Section } from './fill.ts';
export { loadConfig, readConfig, type LoadOptions } from './load.ts';
export { ConfigError } from './problems.ts';
export { nearest } from './suggest.ts';
export { nameStreams, type NamedStream } from './streams.ts';
export type { SensoriumConfig, SourceConfig, StreamConfig } from './types.ts';

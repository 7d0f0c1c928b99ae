// Of each room the settings alone: what it does with them is loaded by who does it.
import { schema as alignSchema } from '../align/config.ts';
import { schema as clockSchema } from '../clock/config.ts';
import {
  FormatError,
  mapOf,
  oneOf,
  optional,
  text,
  type DriverDefinition,
  type Format,
  type SchemaTree,
} from '../contract/index.ts';
import { schema as fusionSchema } from '../fusion/config.ts';
import { schema as memorySchema } from '../memory/config.ts';
import { schema as perceptionSchema } from '../perception/config.ts';
import { schema as sheddingSchema } from '../pipeline/shedding/config.ts';
import { robotName, schema as publishSchema } from '../publish/config.ts';
import { schema as recallSchema } from '../recall/config.ts';
import { schema as recordSchema } from '../record/config.ts';
import { schema as webSchema } from '../web/config.ts';
import type { EntrySchema } from './fill.ts';
import { mountsFormat } from './mounts.ts';

/** Names of coordinate frames: as ROS has them. */
const frameId = text(/^[^\s]{1,200}$/, 'the name of a coordinate frame, without spaces');
/** Names of streams may be topics of a log. */
const STREAM_NAME = /^[A-Za-z0-9_./-]+$/;

const streamSchema = {
  source: {
    doc:
      'What the stream is called where it comes from: a topic of a log (`/imu/data`), or a stream of a source (`imu`, or ' +
      '`robot/imu` where two sources have an `imu`). Unset: the same name.',
    format: optional(text(/^\S+$/, 'a topic or the name of a stream')),
    default: undefined,
  },
  frameId: {
    doc: 'Coordinate frame of the sensor, where the source says a wrong one. Unset: as the source says.',
    format: optional(frameId),
    default: undefined,
  },
  role: {
    doc:
      '`sensor`: aligned and fused. `reference`: a truth that is recorded and compared with, never used. Unset: as the ' +
      'source says; streams of a log are sensors.',
    format: optional(oneOf('sensor', 'reference')),
    default: undefined,
  },
  ...clockSchema,
} satisfies SchemaTree;

/**
 * The schema of a whole configuration: the sections of the stages, and those that belong to all of them.
 * @param drivers what `sources` may name
 */
export function configSchema(drivers: readonly DriverDefinition[]): SchemaTree {
  return {
    robot: {
      doc: 'Name of the robot: stands in every topic, `sensorium/<robot>/pose`.',
      format: robotName,
      default: 'robot',
    },
    frames: {
      map: { doc: 'Coordinate frame of the world, fixed (REP-105).', format: frameId, default: 'map' },
      odom: {
        doc: 'Coordinate frame that the fused pose is given in: begins where the robot starts, drifts, never jumps.',
        format: frameId,
        default: 'odom',
      },
      base: { doc: 'Coordinate frame of the robot itself.', format: frameId, default: 'base_link' },
    },
    sources: {
      doc: 'What to open when running live, by a name of your choice. Not used when a log is replayed.',
      format: mapOf(sourceSchema(drivers)),
      default: {},
    },
    streams: {
      doc:
        'Streams, by the name that everything else here, the topics and the log use. Streams that are not listed keep ' +
        'the name that the source or the log has for them.',
      format: mapOf(streamSchema, STREAM_NAME),
      default: {},
    },
    mounts: {
      doc: 'Where the sensors sit on the base: `T_base_<stream>`. Unlisted: as the log says; else at the base.',
      format: mountsFormat,
      default: {},
    },
    align: alignSchema,
    perception: perceptionSchema,
    fusion: fusionSchema,
    shedding: sheddingSchema,
    publish: publishSchema,
    web: webSchema,
    record: recordSchema,
    memory: memorySchema,
    recall: recallSchema,
  };
}

/** What an entry of `sources` takes depends on its driver. */
export function entrySchemaOf(drivers: readonly DriverDefinition[]): EntrySchema {
  return (map, entry) => {
    if (map !== 'sources') return undefined;
    const definition = drivers.find(({ type }) => type === entry['driver']);
    return definition && { ...sourceSchema(drivers), ...definition.schema };
  };
}

function sourceSchema(drivers: readonly DriverDefinition[]): SchemaTree {
  return {
    driver: {
      doc: `What it is: ${drivers.map(({ type, summary }) => `\`${type}\` (${summary})`).join('; ') || 'no drivers here'}.`,
      format: required(oneOf(...drivers.map(({ type }) => type))),
      default: undefined,
    },
  };
}

/** Says that a value that has no default must be given. */
function required(inner: Format): Format {
  const check = (value: unknown): void => {
    if (value === undefined) throw new FormatError('missing', inner.expected, value);
    inner(value);
  };
  return Object.assign(check, { expected: inner.expected });
}

import { descriptorSetOf, type ProtoFile } from './descriptor.ts';
import type { FieldType, ProtoField, ProtoTypes } from './protobuf.ts';

/**
 * Foxglove's types that are written, with the numbers of their fields: facts of the published schemas
 * (https://github.com/foxglove/foxglove-sdk, folder schemas/proto).
 */
export const FOXGLOVE_TYPES: ProtoTypes = new Map([
  ['google.protobuf.Timestamp', fields(['seconds', 1, 'int64'], ['nanos', 2, 'int32'])],
  ['foxglove.Vector3', fields(['x', 1, 'double'], ['y', 2, 'double'], ['z', 3, 'double'])],
  ['foxglove.Quaternion', fields(['x', 1, 'double'], ['y', 2, 'double'], ['z', 3, 'double'], ['w', 4, 'double'])],
  ['foxglove.Pose', [of('position', 1, 'foxglove.Vector3'), of('orientation', 2, 'foxglove.Quaternion')]],
  [
    'foxglove.CompressedImage',
    [time(1), ...fields(['frame_id', 4, 'string'], ['data', 2, 'bytes'], ['format', 3, 'string'])],
  ],
  [
    'foxglove.RawImage',
    [
      time(1),
      ...fields(
        ['frame_id', 7, 'string'],
        ['width', 2, 'fixed32'],
        ['height', 3, 'fixed32'],
        ['encoding', 4, 'string'],
        ['step', 5, 'fixed32'],
        ['data', 6, 'bytes'],
      ),
    ],
  ],
  [
    'foxglove.PackedElementField',
    [
      ...fields(['name', 1, 'string'], ['offset', 2, 'fixed32']),
      { name: 'type', number: 3, type: 'enum', repeated: false, of: 'foxglove.PackedElementField.NumericType' },
    ],
  ],
  [
    'foxglove.PointCloud',
    [
      time(1),
      ...fields(['frame_id', 2, 'string']),
      of('pose', 3, 'foxglove.Pose'),
      ...fields(['point_stride', 4, 'fixed32']),
      { ...of('fields', 5, 'foxglove.PackedElementField'), repeated: true },
      ...fields(['data', 6, 'bytes']),
    ],
  ],
  [
    'foxglove.RawAudio',
    [
      time(1),
      ...fields(
        ['data', 2, 'bytes'],
        ['format', 3, 'string'],
        ['sample_rate', 4, 'fixed32'],
        ['number_of_channels', 5, 'fixed32'],
      ),
    ],
  ],
  [
    'foxglove.LaserScan',
    [
      time(1),
      ...fields(['frame_id', 2, 'string']),
      of('pose', 3, 'foxglove.Pose'),
      ...fields(['start_angle', 4, 'double'], ['end_angle', 5, 'double']),
      { name: 'ranges', number: 6, type: 'double', repeated: true },
      { name: 'intensities', number: 7, type: 'double', repeated: true },
    ],
  ],
]);

/** Names of the types that are written as messages. */
export type FoxgloveName = 'CompressedImage' | 'RawImage' | 'PointCloud' | 'RawAudio' | 'LaserScan';

function fields(...all: readonly (readonly [name: string, number: number, type: FieldType])[]): ProtoField[] {
  return all.map(([name, number, type]) => ({ name, number, type, repeated: false }));
}

function of(name: string, number: number, whole: string): ProtoField {
  return { name, number, type: 'message', repeated: false, of: whole };
}

function time(number: number): ProtoField {
  return of('timestamp', number, 'google.protobuf.Timestamp');
}

const NUMERIC_TYPE = ['UNKNOWN', 'UINT8', 'INT8', 'UINT16', 'INT16', 'UINT32', 'INT32', 'FLOAT32', 'FLOAT64'];

/** The FileDescriptorSet of a type with those that it is made of: the schema of its channel. */
export function foxgloveSchema(name: FoxgloveName): Uint8Array {
  const files = new Map<string, ProtoFile>();
  const visit = (whole: string): string => {
    const at = whole.lastIndexOf('.');
    const [scope, message] = [whole.slice(0, at), whole.slice(at + 1)];
    const path = `${scope.replaceAll('.', '/')}/${scope === 'foxglove' ? message : message.toLowerCase()}.proto`;
    if (files.has(path)) return path;
    const inner = (FOXGLOVE_TYPES.get(whole) ?? []).filter(({ type }) => type === 'message');
    const dependencies = [...new Set(inner.map((field) => visit(field.of ?? '')))];
    const enums = message === 'PackedElementField' ? { NumericType: NUMERIC_TYPE } : undefined;
    files.set(path, { path, package: scope, dependencies, message, enums });
    return path;
  };
  visit(`foxglove.${name}`);
  return descriptorSetOf(FOXGLOVE_TYPES, [...files.values()]);
}

import { decodeProto, encodeProto, type FieldType, type ProtoField, type ProtoTypes } from './protobuf.ts';

/** What is read and written of google/protobuf/descriptor.proto, in its own terms. */
const DESCRIPTOR: ProtoTypes = new Map([
  ['FileDescriptorSet', [list('file', 1, 'FileDescriptorProto')]],
  [
    'FileDescriptorProto',
    [
      one('name', 1, 'string'),
      one('package', 2, 'string'),
      { name: 'dependency', number: 3, type: 'string', repeated: true },
      list('message_type', 4, 'DescriptorProto'),
      one('syntax', 12, 'string'),
    ],
  ],
  [
    'DescriptorProto',
    [
      one('name', 1, 'string'),
      list('field', 2, 'FieldDescriptorProto'),
      list('nested_type', 3, 'DescriptorProto'),
      list('enum_type', 4, 'EnumDescriptorProto'),
    ],
  ],
  [
    'FieldDescriptorProto',
    [
      one('name', 1, 'string'),
      one('number', 3, 'int32'),
      one('label', 4, 'enum'),
      one('type', 5, 'enum'),
      one('type_name', 6, 'string'),
    ],
  ],
  ['EnumDescriptorProto', [one('name', 1, 'string'), list('value', 2, 'EnumValueDescriptorProto')]],
  ['EnumValueDescriptorProto', [one('name', 1, 'string'), one('number', 2, 'int32')]],
]);

function one(name: string, number: number, type: FieldType): ProtoField {
  return { name, number, type, repeated: false };
}

function list(name: string, number: number, of: string): ProtoField {
  return { name, number, type: 'message', repeated: true, of };
}

/** FieldDescriptorProto.Type from 1 on; 10, groups, is no longer in use. */
const FIELD_TYPES: readonly (FieldType | undefined)[] = [
  undefined,
  'double',
  'float',
  'int64',
  'uint64',
  'int32',
  'fixed64',
  'fixed32',
  'bool',
  'string',
  undefined,
  'message',
  'bytes',
  'uint32',
  'enum',
  'sfixed32',
  'sfixed64',
  'sint32',
  'sint64',
];
const OPTIONAL = 1;
const REPEATED = 3;

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: number;
  readonly type: number;
  readonly type_name: string;
}
interface Descriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
  readonly nested_type: readonly Descriptor[];
}

/**
 * The types of a FileDescriptorSet: what an MCAP schema of encoding `protobuf` holds.
 * @throws Error for bytes that are none
 */
export function typesOf(descriptorSet: Uint8Array): ProtoTypes {
  const said = new Map<string, readonly FieldDescriptor[]>();
  const add = (scope: string, { name, field, nested_type: nested }: Descriptor): void => {
    const whole = scope === '' ? name : `${scope}.${name}`;
    said.set(whole, field);
    for (const inner of nested) add(whole, inner);
  };
  const { file } = decodeProto(DESCRIPTOR, 'FileDescriptorSet', descriptorSet) as {
    file: readonly { readonly package: string; readonly message_type: readonly Descriptor[] }[];
  };
  for (const { package: scope, message_type: messages } of file) for (const message of messages) add(scope, message);
  return new Map(
    [...said].map(([name, fields]) => [name, fields.map((field) => fieldOf(field, wholeName(field, name, said)))]),
  );
}

/** A name that does not begin with a dot is looked for in the message's own scope first, then in those around it. */
function wholeName({ type_name: name }: FieldDescriptor, scope: string, known: ReadonlyMap<string, unknown>): string {
  if (name.startsWith('.')) return name.slice(1);
  const around = scope.split('.');
  for (let levels = around.length; levels > 0; levels -= 1) {
    const whole = [...around.slice(0, levels), name].join('.');
    if (known.has(whole)) return whole;
  }
  return name;
}

function fieldOf({ name, number, label, type: code }: FieldDescriptor, of: string): ProtoField {
  const type = FIELD_TYPES[code];
  if (type === undefined) throw new Error(`${name}: no field has type ${code}`);
  return { name, number, type, repeated: label === REPEATED, of };
}

/** A file of definitions with one message, as it is to be described. */
export interface ProtoFile {
  /** Path as an import would say it. */
  readonly path: string;
  readonly package: string;
  readonly dependencies: readonly string[];
  readonly message: string;
  readonly enums?: Readonly<Record<string, readonly string[]>>;
}

/** The FileDescriptorSet of files, each after those that it depends on. */
export function descriptorSetOf(types: ProtoTypes, files: readonly ProtoFile[]): Uint8Array {
  return encodeProto(DESCRIPTOR, 'FileDescriptorSet', {
    file: files.map(({ path, package: scope, dependencies, message, enums = {} }) => ({
      name: path,
      package: scope,
      dependency: dependencies,
      syntax: 'proto3',
      message_type: [
        {
          name: message,
          field: (types.get(`${scope}.${message}`) ?? []).map(({ name, number, type, repeated, of }) => ({
            name,
            number,
            label: repeated ? REPEATED : OPTIONAL,
            type: FIELD_TYPES.indexOf(type),
            type_name: of === undefined ? undefined : `.${of}`,
          })),
          enum_type: Object.entries(enums).map(([name, values]) => ({
            name,
            value: values.map((value, number) => ({ name: value, number })),
          })),
        },
      ],
    })),
  });
}

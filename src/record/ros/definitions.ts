import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';
import { ros1, ros2humble } from '@foxglove/rosmsg-msgs-common';
import { stringify } from '@foxglove/rosmsg';
import { OWN_TYPES } from './own-types.ts';

/** The two ways in which ROS defines messages. */
export type Dialect = 'ros1' | 'ros2';

type Known = Readonly<Record<string, Pick<MessageDefinition, 'definitions'> | undefined>>;

/** Types that everybody has, and ours, by plain name. */
const KNOWN: Readonly<Record<Dialect, Known>> = {
  ros1: { ...OWN_TYPES, ...ros1 },
  ros2: { ...OWN_TYPES, ...ros2humble },
};

/**
 * A type and those that it is made of, its own first. Where the dialect has a type of this name, it is taken, and else
 * `own` holds it: definitions that came with the messages.
 * @throws Error for a type that neither has
 */
export function definitionsOf(
  type: string,
  dialect: Dialect,
  own: readonly MessageDefinition[] = [],
): MessageDefinition[] {
  const given = new Map(own.map(({ name, definitions }, i) => [i === 0 ? type : (name ?? type), definitions]));
  const found = new Map<string, MessageDefinition>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const fields = KNOWN[dialect][name]?.definitions ?? given.get(name);
    if (fields === undefined) throw new Error(`no definition of ${name}`);
    found.set(name, { name, definitions: dialect === 'ros1' ? fields.map(withoutDefaults) : fields });
    for (const { type: inner, isComplex } of fields) if (isComplex === true) visit(inner);
  };
  visit(type);
  return [...found.values()];
}

/** ROS 1 has neither default values nor bounds. */
function withoutDefaults(field: MessageDefinitionField): MessageDefinitionField {
  const { name, type, isComplex, isArray, arrayLength, isConstant, value, valueText } = field;
  return { name, type, isComplex, isArray, arrayLength, isConstant, value, valueText };
}

const TIMES = {
  time: { name: 'builtin_interfaces/Time', text: 'int32 sec\nuint32 nanosec' },
  duration: { name: 'builtin_interfaces/Duration', text: 'int32 sec\nuint32 nanosec' },
} as const;

/** The text of a type's definition with those of the types that it is made of, as ROS concatenates them. */
export function definitionText(definitions: readonly MessageDefinition[], dialect: Dialect): string {
  const times = new Set<(typeof TIMES)['time' | 'duration']>();
  const texts = definitions.map(({ name, definitions: fields }) => {
    const written = fields.map((field) => {
      const time = field.type === 'time' || field.type === 'duration' ? TIMES[field.type] : undefined;
      if (dialect === 'ros1' || time === undefined) return field;
      times.add(time);
      return { ...field, type: time.name, isComplex: true };
    });
    return { name, text: stringify([{ definitions: written }]) };
  });
  return [...texts, ...times]
    .map(({ name, text }, i) => `${i === 0 ? '' : `${'='.repeat(80)}\nMSG: ${name ?? ''}\n`}${text}`)
    .join('\n');
}

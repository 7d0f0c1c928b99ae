import type { RecordingStatus } from '../../record/index.ts';
import { total, type LiveView, type PoseView, type StreamView } from './view.ts';

/** How to draw. */
export interface DisplayOptions {
  /** Width of the terminal in characters: columns that do not fit are left out, lines are cut. */
  readonly columns: number;
  readonly colour: boolean;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly text: (name: string, stream: StreamView) => string;
  /** Left out first (highest) when the terminal is narrow. */
  readonly dispensable: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'stream', width: 16, align: 'left', dispensable: 0, text: (name) => name },
  { title: 'kind', width: 14, align: 'left', dispensable: 4, text: (_, { kind }) => kind },
  { title: 'rate', width: 9, align: 'right', dispensable: 0, text: (_, { rate }) => unit(rate, 1, 'Hz') },
  { title: 'age', width: 8, align: 'right', dispensable: 1, text: (_, { ageMs }) => unit(ageMs, 0, 'ms') },
  { title: 'received', width: 9, align: 'right', dispensable: 3, text: (_, { received }) => String(received) },
  { title: 'drops', width: 7, align: 'right', dispensable: 0, text: (_, one) => String(drops(one)) },
  { title: 'state', width: 9, align: 'left', dispensable: 0, text: (_, one) => stateOf(one) },
  { title: 'why', width: 24, align: 'left', dispensable: 2, text: (_, one) => reasonOf(one) },
];

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const BOLD = 1;
const FAINT = 2;

/** Draws a view as lines of text: a pure function, so that it can be tested by its text. */
export function display(view: LiveView, { columns, colour }: DisplayOptions): string[] {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const cut = (line: string): string => (line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`);
  const shown = fitting(columns);
  const lines = [paint(BOLD, cut(headline(view))), ''];

  lines.push(paint(FAINT, cut(row(shown, (column) => column.title))));
  for (const [name, stream] of Object.entries(view.streams)) {
    lines.push(paint(colourOf(stream.state), cut(row(shown, (column) => column.text(name, stream)))));
  }

  lines.push('', cut(setsLine(view)), '');
  lines.push(cut(poseLine('pose', view.pose)));
  if (view.reference !== undefined) lines.push(cut(poseLine('reference', view.reference)));
  if (view.error !== undefined) {
    lines.push(cut(`${'error'.padEnd(11)}${view.error.distance.toFixed(3)} m, ${degrees(view.error.yaw)}`));
  }

  lines.push('');
  for (const [name, { command, connected, dropped }] of Object.entries(view.subscribe)) {
    const trouble = connected ? (dropped > 0 ? `  (${dropped} dropped)` : '') : '  (not connected)';
    lines.push(cut(`${name.padEnd(11)}${command}${trouble}`));
  }
  if (view.recording !== undefined) {
    const line = cut(`${'recording'.padEnd(11)}${recordingText(view.recording)}`);
    lines.push(total(view.recording.lost) > 0 || view.recording.state === 'paused' ? paint(RED, line) : line);
  }
  for (const notice of view.notices) lines.push(paint(YELLOW, cut(`${'notice'.padEnd(11)}${notice}`)));
  return lines;
}

/** How a recording fares: `drive.mcap, 1.4 MB`, and what went wrong. */
export function recordingText({ state, why, file, files, bytes, lost }: RecordingStatus): string {
  const paused = state === 'paused' ? `, stopped: ${why ?? 'unknown'}` : '';
  const reasons = Object.entries(lost).map(([reason, count]) => `${count} inputs lost: ${reason}`);
  const others = files > 1 ? `, ${files} files` : '';
  return [`${file}, ${(bytes / 1e6).toFixed(1)} MB${others}${paused}`, ...reasons].join(', ');
}

function headline({ robot, seconds, inputs, published }: LiveView): string {
  return `Sensorium  ${robot}  ${clock(seconds)}  ${inputs} inputs  ${published} published`;
}

/** The columns that fit, in their order: the most dispensable go first. */
function fitting(columns: number): readonly Column[] {
  let shown = COLUMNS;
  const width = (): number => shown.reduce((sum, column) => sum + column.width + 1, -1);
  while (width() > columns) {
    const least = Math.max(...shown.map(({ dispensable }) => dispensable));
    if (least === 0) break;
    shown = shown.filter(({ dispensable }) => dispensable !== least);
  }
  return shown;
}

function row(columns: readonly Column[], text: (column: Column) => string): string {
  return columns
    .map((column) => {
      const whole = text(column);
      const cell = whole.length > column.width ? `${whole.slice(0, column.width - 1)}…` : whole;
      return column.align === 'left' ? cell.padEnd(column.width) : cell.padStart(column.width);
    })
    .join(' ')
    .trimEnd();
}

function setsLine({ sets }: LiveView): string {
  const spread = sets.spreadMs === undefined ? '' : `, spread ${sets.spreadMs.toFixed(1)} ms`;
  const pivot = sets.pivot === undefined ? '' : ` around ${sets.pivot}`;
  const incomplete = sets.incomplete === 0 ? '' : `, ${sets.incomplete} incomplete`;
  return `${'sets'.padEnd(11)}${sets.perSecond.toFixed(1)} /s${pivot}${spread}, ${sets.count} so far${incomplete}`;
}

function poseLine(name: string, pose: PoseView | undefined): string {
  if (pose === undefined) return `${name.padEnd(11)}not yet`;
  const [x, y, z] = [pose.x, pose.y, pose.z].map((value) => value.toFixed(3).padStart(8));
  return `${name.padEnd(11)}x ${x}  y ${y}  z ${z} m  yaw ${degrees(pose.yaw).padStart(7)}  in ${pose.frameId}`;
}

function stateOf({ state, role }: StreamView): string {
  return role === 'reference' && state === 'ok' ? 'reference' : state;
}

/** Why it is not well; else what most drops were for. */
function reasonOf({ why, state, dropped, lost }: StreamView): string {
  if (why !== undefined && state !== 'ok') return why;
  const [most] = [...Object.entries(dropped), ...Object.entries(lost)].sort(([, a], [, b]) => b - a);
  return most === undefined ? '' : `${most[1]} ${most[0]}`;
}

function drops({ dropped, lost }: StreamView): number {
  return total(dropped) + total(lost);
}

function colourOf(state: string): number {
  if (state === 'ok') return GREEN;
  return state === 'stale' || state === 'lost' ? RED : YELLOW;
}

function unit(value: number | undefined, digits: number, name: string): string {
  return value === undefined ? '-' : `${value.toFixed(digits)} ${name}`;
}

function degrees(angle: number): string {
  return `${((angle * 180) / Math.PI).toFixed(1)}°`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}

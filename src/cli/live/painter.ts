/** Draws the same lines again in place: one write a frame, nothing is cleared that is drawn again, so nothing flickers. */
export interface Painter {
  paint(lines: readonly string[]): void;
  /** Gives the terminal back: the last frame stays. */
  close(): void;
}

/** Size of the terminal, which may change. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_SCREEN = '\x1b[2J\x1b[H';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** @param size asked before every frame: lines that do not fit below each other are left out */
export function createPainter(write: (text: string) => void, size: () => TerminalSize): Painter {
  let drawn = 0;
  let columns: number | undefined;
  return {
    paint(lines) {
      const now = size();
      // A terminal that has become narrower has broken the lines that we would go back over.
      const resized = columns !== undefined && columns !== now.columns;
      columns = now.columns;
      const start = resized ? CLEAR_SCREEN : drawn === 0 ? HIDE_CURSOR : `\x1b[${drawn}A\r`;
      const shown = lines.slice(0, Math.max(1, now.rows - 1));
      drawn = shown.length;
      write(start + shown.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW);
    },
    close() {
      if (drawn > 0) write(SHOW_CURSOR);
      drawn = 0;
    },
  };
}

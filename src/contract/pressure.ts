/**
 * How hard the host is pressed, as the shell measures it now and then. It enters the order like everything else, so that
 * what the state machine gives up under it replays.
 */
export interface Pressure {
  /** Share of the time since the one before in which the daemon's thread was at work, 0..1; beside others that starve it, too. */
  readonly busy: number;
  /** Share of what may wait for the disk that does wait, 0..1; 0 where nothing is recorded. */
  readonly recording: number;
  /** Share of the payloads' memory that is held, 0..1. */
  readonly memory: number;
  /** Of the model workers: jobs that run or wait, and how many more would be taken. */
  readonly models: { readonly backlog: number; readonly credit: number };
}

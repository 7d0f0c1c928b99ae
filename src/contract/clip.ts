/** What may happen in the seconds of a clip. */
export const CLIP_EVENTS = ['approach', 'collision', 'door', 'dropped object'] as const;
export type ClipEventName = (typeof CLIP_EVENTS)[number];

/** How a sense fares in a clip: `frozen` shows the same all the time, `muffled` lets next to nothing through, `gone` says nothing. */
export type CameraState = 'well' | 'gone' | 'frozen';
export type MicrophonesState = 'well' | 'gone' | 'muffled';

/** How something that can walk or fall moved in a clip. */
export interface Movement {
  readonly id: number;
  /** Where it went in `map`, told in the axes of `base_link` at the end of the clip: forward and left, m. */
  readonly went: readonly [number, number];
  /** In how many of the pictures it counts as seen. */
  readonly seen: number;
}

/** Something that happened in a clip. */
export interface ClipEvent {
  readonly event: ClipEventName;
  /** Numbers of the things that took part. */
  readonly objects: readonly number[];
  /** Whether a sense of the robot can have told: seen in a picture, near enough to be heard, or felt. */
  readonly sensed: boolean;
}

/** Something that sounded in a clip, at its loudest. */
export interface ClipSound {
  readonly label: string;
  /** In `base_link` as it was then, m. */
  readonly relative: readonly [number, number, number];
  /** Largest pressure of the direct sound at the microphones, as a share of their full scale. */
  readonly loudness: number;
}

/** What happened in the seconds that end with a labelled moment of a recording. */
export interface Clip {
  /** Name of the file. */
  readonly recording: string;
  /** Stamps of the first and of the last picture: ns since the session's epoch. */
  readonly from: number;
  readonly to: number;
  /** Log times of the recording's messages that the clip was cut from: Unix ns. */
  readonly logTime: readonly [string, string];
  /** When the pictures were taken, s before the last one. */
  readonly ago: readonly number[];
  readonly senses: { readonly camera: CameraState; readonly microphones: MicrophonesState };
  /** Where the base went and how far it turned (left is positive), m and rad, in its own axes at the end. */
  readonly moved: { readonly forward: number; readonly left: number; readonly turned: number };
  readonly movements: readonly Movement[];
  readonly events: readonly ClipEvent[];
  readonly sounds: readonly ClipSound[];
}

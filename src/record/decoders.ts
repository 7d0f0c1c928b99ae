import { FOXGLOVE_DECODERS } from './foxglove/decode.ts';
import { ROS_DECODERS, type Decoder } from './ros/decode.ts';

/** How messages become measurements, by plain type name. */
export const DECODERS: Readonly<Record<string, Decoder>> = { ...ROS_DECODERS, ...FOXGLOVE_DECODERS };

import { Bag } from '@foxglove/rosbag';
import { open } from 'node:fs/promises';
import decompressLz4 from '@foxglove/wasm-lz4';
import seekBzip from 'seek-bzip';
import { SensoriumError } from '../../contract/index.ts';
import { lazily } from '../lazily.ts';
import { plainType } from '../ros/types.ts';
import { messageOf } from '../thrown.ts';
import type { RawChannel, RawLog } from './raw.ts';
import { ros1Reader } from './ros-reader.ts';
import { messagesInOrder } from './rosbag1-order.ts';

/** A chunk may not claim to be larger than this when unpacked: a damaged size would be allocated before it is noticed. */
const LARGEST_CHUNK = 1 << 30;

function bounded(size: number): number {
  if (size > LARGEST_CHUNK) throw new Error(`a chunk claims ${size} bytes`);
  return size;
}

const DECOMPRESS = {
  lz4: (data: Uint8Array, size: number) => decompressLz4(data, bounded(size)),
  bz2: (data: Uint8Array, size: number) => seekBzip.decode(Buffer.from(data), bounded(size)),
};

/** A ROS 1 bag, version 2.0; chunks uncompressed, lz4 or bz2. */
export function openRosbag1(path: string): RawLog {
  return {
    format: 'rosbag1',
    async *messages(warn) {
      await decompressLz4.isLoaded;
      const file = await open(path, 'r');
      try {
        const { size } = await file.stat();
        const bag = new Bag(
          {
            size: () => size,
            async read(offset, length) {
              const data = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
              await file.read(data, 0, data.length, offset);
              return data;
            },
          },
          { parse: false, decompress: DECOMPRESS },
        );
        try {
          await bag.open();
        } catch (error) {
          throw new SensoriumError('E_FILE_DAMAGED', `not a readable ROS bag: ${messageOf(error)}`, {
            path,
            cause: error,
          });
        }
        if ((bag.startTime ?? undefined) === undefined) return;
        const channels = new Map<number, RawChannel>();
        for await (const { connectionId, received, data } of messagesInOrder(bag, DECOMPRESS)) {
          let channel = channels.get(connectionId);
          if (channel === undefined) {
            const connection = bag.connections.get(connectionId);
            if (connection?.type === undefined) continue;
            channel = {
              topic: connection.topic,
              type: plainType(connection.type),
              encoding: 'ros1',
              schema: {
                name: connection.type,
                encoding: 'ros1msg',
                data: Buffer.from(connection.messageDefinition),
              },
              read: lazily(() => ros1Reader(connection.messageDefinition)),
            };
            channels.set(connectionId, channel);
          }
          yield { channel, received, data };
        }
      } catch (error) {
        if (error instanceof SensoriumError) throw error;
        warn(`reading ended early: ${messageOf(error)}`);
      } finally {
        await file.close();
      }
    },
  };
}

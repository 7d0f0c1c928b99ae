import { openPictureEncoder, type PictureEncoder } from '../../hub/index.ts';
import { contentOf, decodePicture, modelFolder, pictureOf, picturesIn } from '../../inference/index.ts';
import type { CliContext } from '../verb.ts';
import { rank, type Search } from './rank.ts';
import type { Space, Wanted } from './wanted.ts';

/** Ranks the pictures of a folder by what is wanted. */
export async function findPictures(wanted: Wanted, search: Search, context: CliContext): Promise<void> {
  const files = await picturesIn(search.folder);
  const encoder = await openPictureEncoder(modelFolder(), search.model, context.models);
  try {
    const looking = {
      ...spaceOf(encoder),
      files,
      heads: ['picture'],
      embedParts: async (path: string) => {
        const picture = await decodePicture(await contentOf(path), true);
        return [{ embedding: await encoder.embedPicture(picture) }];
      },
    };
    await rank(wanted, search, looking, context);
  } finally {
    await encoder.close();
  }
}

/** The space of an encoder of pictures: examples are pictures. */
export function spaceOf(encoder: PictureEncoder): PictureEncoder & Space {
  return {
    ...encoder,
    embedExample: async (path) => encoder.embedPicture(await pictureOf(path)),
  };
}

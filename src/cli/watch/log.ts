import {
  BLOCK_SECONDS,
  likenessOf,
  SensoriumError,
  unpackEmbedding,
  unpackThing,
  type Sought,
  type ThresholdAnswer,
} from '../../contract/index.ts';
import { isEmbeddingAnswer } from '../../perception/index.ts';
import { LEAST_HOURS, maximaOf, thresholdOf, type Similarity } from '../../recall/index.ts';
import { openLog } from '../../record/index.ts';

/** What is watched for. */
interface Watched {
  readonly sought: Sought;
  readonly encoder: string;
  readonly perHour: number;
}

/**
 * The similarity that a recording in which the thing is not reaches so many times an hour, by the embeddings that it holds.
 * @throws SensoriumError E_FILE_FORMAT where it holds too few of that encoder
 */
export async function thresholdOfLog(
  path: string,
  { sought, encoder, perHour }: Watched,
  told: (share: number) => void,
): Promise<ThresholdAnswer> {
  const log = await openLog(path);
  const series: Similarity[] = [];
  const { first, last } = log.range ?? { first: 0, last: 0 };
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'effect' || !entry.id.startsWith('embed/') || entry.outcome.status !== 'done') continue;
      const { output } = entry.outcome;
      if (!isEmbeddingAnswer(output) || output.sha256 !== encoder) continue;
      const embedding = unpackEmbedding(output.embedding);
      if (embedding === undefined) continue;
      const things = output.things?.flatMap((thing) => unpackThing(thing) ?? []);
      const similarity = likenessOf(sought, { embedding, things });
      series.push({ at: Number(log.epoch / 1000n) + entry.at / 1000, similarity });
      told((entry.at - first) / Math.max(1, last - first));
    }
  }
  const maxima = maximaOf(series);
  const hours = (maxima.length * BLOCK_SECONDS) / 3600;
  const threshold = thresholdOf(maxima, perHour);
  if (threshold !== undefined) return { threshold, hours };
  const what = `${hours.toFixed(2)} h of embeddings of this encoder are too little for ${perHour} false alarms an hour, which takes ${LEAST_HOURS.toFixed(2)} h`;
  throw new SensoriumError('E_FILE_FORMAT', what, { path });
}

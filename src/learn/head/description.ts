/**
 * What a fusion head is: data, so that the same description is trained, exported and told in a report.
 */

/** How the steps of one modality become features. */
export type Encoder =
  /** As they are. */
  | { readonly kind: 'none' }
  /** Convolutions over time, each followed by a ReLU; a step that is masked counts as zeros. */
  | { readonly kind: 'convolution'; readonly layers: readonly Convolution[] }
  /** What the whole sequence is like, as one step: mean, range, power, change, magnitude. */
  | { readonly kind: 'statistics' }
  /**
   * How strong which frequencies are, frame by frame, then convolutions over the frames; a step that is masked counts as its mean.
   * `statistics`: beside them what the whole sequence is like.
   */
  | ({ readonly kind: 'spectrum'; readonly layers: readonly Convolution[]; readonly statistics?: true } & Spectrum);

/** Power in bands of frequency over time. */
export interface Spectrum {
  /** Steps of a frame; a multiple of `hop`. Longer: finer frequencies, fewer moments. */
  readonly frame: number;
  /** Steps from one frame to the next. */
  readonly hop: number;
  /** Most bands from one oscillation a frame to half the rate; fewer: coarser, and less to learn by heart. */
  readonly bands: number;
}

/** One convolution over time. */
export interface Convolution {
  /** Features out. */
  readonly width: number;
  /** Steps seen at once; a multiple of the stride. */
  readonly kernel: number;
  /** Steps from one result to the next. */
  readonly stride: number;
}

/** One modality as a head takes it. */
export interface HeadModality {
  readonly name: string;
  /** Numbers in a step. */
  readonly dims: number;
  /** Steps of the longest sequence; shorter ones are padded and masked. */
  readonly steps: number;
  readonly encoder: Encoder;
}

/** How modalities become one decision. */
export type Architecture =
  /** Features of all modalities side by side -> Linear -> ReLU -> Linear; an absent one is zeros. */
  | { readonly kind: 'early'; readonly hidden: number }
  /**
   * One network of so many hidden layers a modality; the mean of their probabilities over those that are present. `apart`: each
   * learns by itself, what they say together teaches none of them.
   */
  | { readonly kind: 'late'; readonly hidden: number; readonly layers: number; readonly apart?: boolean }
  /** As `late`, with learned weights over the present modalities, from what each has seen. */
  | { readonly kind: 'late-attention'; readonly hidden: number; readonly layers: number; readonly apart?: boolean }
  /**
   * As `late`, joined by Bayes' rule: evidence for and against a class adds up over the present modalities, each of which may tell of
   * something else with a probability that it says itself.
   */
  | { readonly kind: 'late-bayes'; readonly hidden: number; readonly layers: number; readonly apart?: boolean }
  /** Each modality asks the others' steps (scaled dot-product attention, `heads` at once); then as `early`. */
  | { readonly kind: 'cross-attention'; readonly width: number; readonly heads: number; readonly hidden: number }
  /** All steps of all modalities as one sequence, with type and time embeddings, through `layers` pre-norm encoder layers. */
  | {
      readonly kind: 'transformer';
      readonly width: number;
      readonly heads: number;
      readonly layers: number;
      readonly hidden: number;
    }
  /**
   * One network a modality gives evidence for each class: a Dirichlet distribution (Sensoy et al. 2018). They are joined by the
   * reduced rule of Dempster and Shafer (`dempster`: Han et al. 2021), or averaged (`average`: Xu et al. 2024), which holds
   * up better when one of them is sure and wrong.
   */
  | { readonly kind: 'evidential'; readonly hidden: number; readonly joined: 'dempster' | 'average' }
  /**
   * Of conversations, a decision for each utterance: modalities of an utterance are joined, and `layers` pre-norm encoder layers
   * attend over the utterances, near ones first. `causal`: none that comes later is looked at, as in a conversation that goes on.
   */
  | {
      readonly kind: 'context-transformer';
      readonly width: number;
      readonly heads: number;
      readonly layers: number;
      readonly hidden: number;
      readonly causal: boolean;
    }
  /**
   * Of conversations: a bidirectional LSTM over the utterances of each modality, and one over what these say together (Poria et
   * al. 2017, "Context-dependent sentiment analysis in user-generated videos"); `hidden` numbers in each direction.
   */
  | { readonly kind: 'bc-lstm'; readonly hidden: number };

/** Names of the architectures. */
export type ArchitectureKind = Architecture['kind'];

/** A fusion head. */
export interface HeadDescription {
  readonly modalities: readonly HeadModality[];
  readonly classes: readonly string[];
  readonly architecture: Architecture;
}

/** Architectures with the sizes that they have when nobody says otherwise. */
export const ARCHITECTURES: Readonly<Record<ArchitectureKind, Architecture>> = {
  early: { kind: 'early', hidden: 512 },
  late: { kind: 'late', hidden: 128, layers: 1 },
  'late-attention': { kind: 'late-attention', hidden: 128, layers: 1 },
  'late-bayes': { kind: 'late-bayes', hidden: 128, layers: 1 },
  'cross-attention': { kind: 'cross-attention', width: 64, heads: 4, hidden: 128 },
  transformer: { kind: 'transformer', width: 64, heads: 4, layers: 2, hidden: 128 },
  evidential: { kind: 'evidential', hidden: 128, joined: 'dempster' },
  'context-transformer': {
    kind: 'context-transformer',
    width: 64,
    heads: 4,
    layers: 1,
    hidden: 128,
    causal: false,
  },
  'bc-lstm': { kind: 'bc-lstm', hidden: 64 },
};

/** Whether a head takes whole conversations and decides about each of their utterances, or takes one sample at a time. */
export function isConversational({ kind }: Pick<Architecture, 'kind'>): boolean {
  return kind === 'context-transformer' || kind === 'bc-lstm';
}

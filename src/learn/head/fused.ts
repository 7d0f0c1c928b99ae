/** What modalities together say. */
export interface Fused<T> {
  /** [B, classes]; of an evidential head the logarithm of its Dirichlet's parameters, whose softmax is its mean. */
  readonly logits: T;
  /** [B, classes] of each modality alone, zeros where it is absent; none where the architecture has no such thing. */
  readonly single: readonly T[];
  /** [B, hidden], before dropout: what a decision of all modalities together is read off; absent where there is no such thing. */
  readonly hidden?: T;
  /** Where what each modality says alone is all that counts: each with how far it is to be believed. */
  readonly voices?: readonly Voice<T>[];
}

/** What one modality says. */
export interface Voice<T> {
  /** [B, classes], logits; zeros where it is absent. */
  readonly said: T;
  /** [B, 1]: how far it is beyond what was learned, 0 within that (see `far.ts`). */
  readonly beyond: T;
  /** [B, 1]; the greater, the more it is believed. */
  readonly trust: T;
  /** [B, 1]: 1 where it is present. */
  readonly present: T;
}

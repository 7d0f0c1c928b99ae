/** What modalities together say. */
export interface Fused<T> {
  /** [B, classes]; of an evidential head the logarithm of its Dirichlet's parameters, whose softmax is its mean. */
  readonly logits: T;
  /** [B, classes] of each modality alone, zeros where it is absent; none where the architecture has no such thing. */
  readonly single: readonly T[];
}

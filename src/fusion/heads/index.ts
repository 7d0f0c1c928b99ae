export { scaledDotProductAttention, type Attended } from './attention.ts';
export { earlyFusion, type EarlyFusionWeights } from './early.ts';
export { encoderLayer, type EncoderLayerWeights } from './encoder-layer.ts';
export { linear, type Linear, type Norm } from './layers.ts';
export { MOST_SHAPLEY, shapleyValues } from './shapley.ts';
export { floatTensor, type FloatTensor } from './tensor.ts';

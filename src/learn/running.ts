// A door of its own: whoever runs a head need not load what trains one.
export { openRunningHead, type RunningHead } from './onnx/running-head.ts';

/** The fused pose in numbers. */
import { byId, pill, write } from './dom.js';
import { length } from './format.js';
import { ellipseOf, yawOf } from './geometry.js';

/** @param {import('../../publish/schema/geometry.ts').Pose} message */
export function showPose({ pose: { position, orientation }, covariance, twist, validity, validity_reason: why }) {
  write(byId('pose-x'), `${position.x.toFixed(2)} m`);
  write(byId('pose-y'), `${position.y.toFixed(2)} m`);
  write(byId('pose-heading'), `${((yawOf(orientation) * 180) / Math.PI).toFixed(1)}°`);
  const speed = twist && Math.hypot(twist.linear.x, twist.linear.y, twist.linear.z);
  write(byId('pose-speed'), speed === undefined ? '–' : `${speed.toFixed(2)} m/s`);
  write(byId('pose-sure'), covariance === undefined ? 'unknown' : length(ellipseOf(covariance).major));
  pill(byId('pose-validity'), validity);
  write(byId('pose-why'), why ?? '');
}

import { NS_PER_SECOND } from '../../frame/index.ts';
import { writeMatrix } from '../../geometry/index.ts';
import type { PoseNoise } from '../config.ts';
import type { Layout } from './layout.ts';
import { BASE_SIZE, ERROR, NOMINAL, type State } from './state.ts';

/** Standard gravity, m/s² (BIPM, 1901). Its local deviation (0.3 %) ends in the accelerometer's bias. */
export const GRAVITY = 9.80665;

/** Longest step that is integrated at once, s: over a longer one, rotation within the step matters. */
const LONGEST_STEP = 0.02;
/** Beyond this without any measurement the filter steps coarsely: the state is lost anyway, s. */
const MOST_STEPS = 250;
/** An inertial reading holds for so long, s; after that the IMU has fallen silent and says nothing any more. */
export const READING_HOLDS = 0.25;
/** The same of steps of odometry; beyond, the robot goes its own way: standard deviation of its speed, m/s. */
const STEP_HOLDS = 1;
const UNKNOWN_SPEED = 1;
/** What a robot does while its IMU is silent: white noise of its turning, rad/s/√Hz, and of its acceleration, m/s²/√Hz. */
const UNKNOWN_TURN = 0.3;
const UNKNOWN_ACCELERATION = 1;

/** Moves states through time; owns the work space that this needs. */
export interface Predictor {
  /** Carries `state` to `stamp` with the inertial input that it holds. */
  predict(state: State, stamp: number): void;
}

/**
 * Strapdown integration of the nominal state and propagation of the error covariance, P ← F P Fᵀ + Q with
 * F = I + A dt, whose blocks (J. Solà, arXiv:1711.02508, section 7, global attitude error) are applied one by one:
 *
 *   δp += (δv + v δs) dt    δv += -[R a]× δθ dt - R δb_a dt    δθ += -R δb_g dt    δs += -δs dt / τ
 *
 * and the same for the error of the wheels' turn.
 *
 * The wheels' scale error δs acts on the position: v is the velocity as the wheels tell it, and nothing observes δs until
 * something observes the position.
 * Without an accelerometer, or while it is silent, the velocity keeps its value and its uncertainty grows instead.
 */
export function createPredictor(
  noise: PoseNoise,
  { size: N, lasting, imuMount = 0, gyroMatrix = 0 }: Layout,
): Predictor {
  const R = new Float64Array(9);
  /** Skew matrix of the specific force in odom, times dt. */
  const Fva = new Float64Array(9);
  const velocity = new Float64Array(3);
  const body = new Float64Array(3);
  const rates = new Float64Array(3);
  /** -R [w]× dt and -R [f]× dt: what the IMU's mount, where it errs, does to attitude and velocity. */
  const Gw = new Float64Array(9);
  const Gf = new Float64Array(9);

  function predict(state: State, stamp: number): void {
    let dt = (stamp - state.stamp) / NS_PER_SECOND;
    if (dt <= 0) return;
    const steps = Math.min(MOST_STEPS, Math.ceil(dt / LONGEST_STEP));
    dt /= steps;
    const silent = stamp - state.nominal[NOMINAL.inertial] > READING_HOLDS * NS_PER_SECOND;
    for (let i = 0; i < steps; i += 1) step(state, dt, silent);
    if (state.nominal[NOMINAL.driven] === 1) stray(state, stamp);
    state.stamp = stamp;
  }

  function step({ nominal: x, covariance: P }: State, dt: number, silent: boolean): void {
    const { position: p, velocity: v, orientation: q, gyroBias, accelBias, gyro, accel } = NOMINAL;
    const blind = silent && x[NOMINAL.hasGyro] === 1;
    let wx = blind ? 0 : x[gyro] - x[gyroBias];
    let wy = blind ? 0 : x[gyro + 1] - x[gyroBias + 1];
    let wz = blind ? 0 : x[gyro + 2] - x[gyroBias + 2];
    if (gyroMatrix > 0) {
      const k = NOMINAL.lasting + gyroMatrix - BASE_SIZE;
      [rates[0], rates[1], rates[2]] = [wx, wy, wz];
      wx += x[k] * rates[0] + x[k + 1] * rates[1] + x[k + 2] * rates[2];
      wy += x[k + 3] * rates[0] + x[k + 4] * rates[1] + x[k + 5] * rates[2];
      wz += x[k + 6] * rates[0] + x[k + 7] * rates[1] + x[k + 8] * rates[2];
    }
    const m = NOMINAL.lasting + imuMount - BASE_SIZE;
    const turned = imuMount > 0;
    if (turned) {
      const [mx, my, mz] = [x[m], x[m + 1], x[m + 2]];
      [wx, wy, wz] = [wx + my * wz - mz * wy, wy + mz * wx - mx * wz, wz + mx * wy - my * wx];
    }
    if (x[NOMINAL.driven] === 1) return roll(x, P, wx, wy, wz, dt);
    // Acceleration is rotated by the orientation in the middle of the step.
    rotateBy(x, q, wx, wy, wz, dt / 2);
    writeMatrix(x[q], x[q + 1], x[q + 2], x[q + 3], R);
    rotateBy(x, q, wx, wy, wz, dt / 2);

    const known = x[NOMINAL.hasAccel] === 1 && !silent;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    if (known) {
      let bx = x[accel] - x[accelBias];
      let by = x[accel + 1] - x[accelBias + 1];
      let bz = x[accel + 2] - x[accelBias + 2];
      if (turned) {
        const [mx, my, mz] = [x[m], x[m + 1], x[m + 2]];
        [bx, by, bz] = [bx + my * bz - mz * by, by + mz * bx - mx * bz, bz + mx * by - my * bx];
        mountRows(Gf, bx, by, bz, dt);
      }
      fx = R[0] * bx + R[1] * by + R[2] * bz;
      fy = R[3] * bx + R[4] * by + R[5] * bz;
      fz = R[6] * bx + R[7] * by + R[8] * bz;
    }
    const ax = fx;
    const ay = fy;
    const az = known ? fz - GRAVITY : 0;
    // What the wheels have never told has no error of theirs.
    const rolls = x[NOMINAL.hasOdometry] === 1;
    const scale = rolls ? 1 + x[NOMINAL.wheelScale] : 1;
    for (let i = 0; i < 3; i += 1) velocity[i] = rolls ? x[v + i] : 0;
    x[p] += dt * (scale * x[v] + 0.5 * dt * ax);
    x[p + 1] += dt * (scale * x[v + 1] + 0.5 * dt * ay);
    x[p + 2] += dt * (scale * x[v + 2] + 0.5 * dt * az);
    x[v] += dt * ax;
    x[v + 1] += dt * ay;
    x[v + 2] += dt * az;
    const decay = Math.exp(-dt / noise.wheelScaleSeconds);
    x[NOMINAL.wheelScale] *= decay;
    x[NOMINAL.wheelTurn] *= decay;

    if (turned) {
      mountRows(Gw, wx, wy, wz, dt);
      if (!known) Gf.fill(0);
    }
    Fva[1] = fz * dt;
    Fva[2] = -fy * dt;
    Fva[3] = -fz * dt;
    Fva[5] = fx * dt;
    Fva[6] = fy * dt;
    Fva[7] = -fx * dt;
    // Rows first, then columns. Within each, a block is read before it is changed: p, then v, then θ.
    applyRows(P, dt, known, decay);
    if (turned) applyMount(P, N, 1);
    if (gyroMatrix > 0) applyGyro(P, dt, N, 1);
    applyColumns(P, dt, known, decay);
    if (turned) applyMount(P, 1, N);
    if (gyroMatrix > 0) applyGyro(P, dt, 1, N);
    addNoise(x, P, dt, known, blind, decay);
    fade(x, P, dt);
  }

  /** G ← -R [a]× dt. */
  function mountRows(G: Float64Array, ax: number, ay: number, az: number, dt: number): void {
    for (let i = 0; i < 3; i += 1) {
      const [a, b, c] = [R[3 * i], R[3 * i + 1], R[3 * i + 2]];
      G[3 * i] = -dt * (b * az - c * ay);
      G[3 * i + 1] = -dt * (c * ax - a * az);
      G[3 * i + 2] = -dt * (a * ay - b * ax);
    }
  }

  /** Adds what the IMU's mount does: rows with `down` = N and `across` = 1, columns the other way round. */
  function applyMount(P: Float64Array, down: number, across: number): void {
    for (let c = 0; c < N; c += 1) {
      const o = c * across;
      const m0 = P[imuMount * down + o];
      const m1 = P[(imuMount + 1) * down + o];
      const m2 = P[(imuMount + 2) * down + o];
      for (let i = 0; i < 3; i += 1) {
        P[(ERROR.velocity + i) * down + o] += Gf[3 * i] * m0 + Gf[3 * i + 1] * m1 + Gf[3 * i + 2] * m2;
        P[(ERROR.attitude + i) * down + o] += Gw[3 * i] * m0 + Gw[3 * i + 1] * m1 + Gw[3 * i + 2] * m2;
      }
    }
  }

  /** The same for the gyroscope's matrix: δθ += R δK ω dt. */
  function applyGyro(P: Float64Array, dt: number, down: number, across: number): void {
    for (let c = 0; c < N; c += 1) {
      const o = c * across;
      for (let a = 0; a < 3; a += 1) {
        const k = gyroMatrix + 3 * a;
        const error =
          dt * (rates[0] * P[k * down + o] + rates[1] * P[(k + 1) * down + o] + rates[2] * P[(k + 2) * down + o]);
        for (let i = 0; i < 3; i += 1) P[(ERROR.attitude + i) * down + o] += R[3 * i + a] * error;
      }
    }
  }

  /** Where no step has come for long: the way that nobody has told grows with its time, and the heading with its root. */
  function stray({ nominal: x, covariance: P, stamp: before }: State, stamp: number): void {
    const since = x[NOMINAL.inertial] + STEP_HOLDS * NS_PER_SECOND;
    const [from, to] = [Math.max(0, before - since), Math.max(0, stamp - since)].map((ns) => ns / NS_PER_SECOND);
    for (let i = 0; i < 2; i += 1) P[(ERROR.position + i) * (N + 1)] += UNKNOWN_SPEED ** 2 * (to * to - from * from);
    P[(ERROR.attitude + 2) * (N + 1)] += UNKNOWN_TURN ** 2 * (to - from);
  }

  /** Odometry moves the robot: until its next step the last velocity is carried on, and nothing is learnt. */
  function roll(x: Float64Array, P: Float64Array, wx: number, wy: number, wz: number, dt: number): void {
    const { position: p, velocity: v, orientation: q, rolled, rolledTurn } = NOMINAL;
    const scale = 1 + x[NOMINAL.wheelScale];
    writeMatrix(x[q], x[q + 1], x[q + 2], x[q + 3], R);
    for (let i = 0; i < 3; i += 1) body[i] = R[i] * x[v] + R[i + 3] * x[v + 1] + R[i + 6] * x[v + 2];
    for (let i = 0; i < 3; i += 1) x[p + i] += dt * scale * x[v + i];
    writeMatrix(x[rolledTurn], x[rolledTurn + 1], x[rolledTurn + 2], x[rolledTurn + 3], R);
    for (let i = 0; i < 3; i += 1) {
      x[rolled + i] += dt * scale * (R[3 * i] * body[0] + R[3 * i + 1] * body[1] + R[3 * i + 2] * body[2]);
    }
    rotateBy(x, q, wx, wy, wz, dt);
    rotateBy(x, rolledTurn, wx, wy, wz, dt);
    const decay = Math.exp(-dt / noise.wheelScaleSeconds);
    decayOf(x, P, ERROR.wheelScale, NOMINAL.wheelScale, decay, noise.wheelScale);
    decayOf(x, P, ERROR.wheelTurn, NOMINAL.wheelTurn, decay, noise.wheelTurn);
    fade(x, P, dt);
  }

  /** What lasts of single sources, through time. */
  function fade(x: Float64Array, P: Float64Array, dt: number): void {
    for (let i = 0; i < lasting.length; i += 1) {
      const { deviation, seconds } = lasting[i];
      if (seconds === Infinity) continue;
      decayOf(x, P, BASE_SIZE + i, NOMINAL.lasting + i, Math.exp(-dt / seconds), deviation);
    }
  }

  function decayOf(x: Float64Array, P: Float64Array, at: number, of: number, decay: number, deviation: number): void {
    x[of] *= decay;
    for (let c = 0; c < N; c += 1) P[at * N + c] *= decay;
    for (let r = 0; r < N; r += 1) P[r * N + at] *= decay;
    P[at * (N + 1)] += deviation ** 2 * (1 - decay * decay);
  }

  function applyRows(P: Float64Array, dt: number, known: boolean, decay: number): void {
    for (let c = 0; c < N; c += 1) {
      const t0 = P[ERROR.attitude * N + c];
      const t1 = P[(ERROR.attitude + 1) * N + c];
      const t2 = P[(ERROR.attitude + 2) * N + c];
      const a0 = P[ERROR.accelBias * N + c];
      const a1 = P[(ERROR.accelBias + 1) * N + c];
      const a2 = P[(ERROR.accelBias + 2) * N + c];
      const g0 = P[ERROR.gyroBias * N + c];
      const g1 = P[(ERROR.gyroBias + 1) * N + c];
      const g2 = P[(ERROR.gyroBias + 2) * N + c];
      for (let i = 0; i < 3; i += 1) {
        P[i * N + c] += dt * (P[(ERROR.velocity + i) * N + c] + velocity[i] * P[ERROR.wheelScale * N + c]);
        if (known) {
          P[(ERROR.velocity + i) * N + c] +=
            Fva[3 * i] * t0 +
            Fva[3 * i + 1] * t1 +
            Fva[3 * i + 2] * t2 -
            dt * (R[3 * i] * a0 + R[3 * i + 1] * a1 + R[3 * i + 2] * a2);
        }
        P[(ERROR.attitude + i) * N + c] -= dt * (R[3 * i] * g0 + R[3 * i + 1] * g1 + R[3 * i + 2] * g2);
      }
      P[ERROR.wheelScale * N + c] *= decay;
      P[ERROR.wheelTurn * N + c] *= decay;
    }
  }

  function applyColumns(P: Float64Array, dt: number, known: boolean, decay: number): void {
    for (let r = 0; r < N; r += 1) {
      const o = r * N;
      const t0 = P[o + ERROR.attitude];
      const t1 = P[o + ERROR.attitude + 1];
      const t2 = P[o + ERROR.attitude + 2];
      const a0 = P[o + ERROR.accelBias];
      const a1 = P[o + ERROR.accelBias + 1];
      const a2 = P[o + ERROR.accelBias + 2];
      const g0 = P[o + ERROR.gyroBias];
      const g1 = P[o + ERROR.gyroBias + 1];
      const g2 = P[o + ERROR.gyroBias + 2];
      for (let i = 0; i < 3; i += 1) {
        P[o + i] += dt * (P[o + ERROR.velocity + i] + velocity[i] * P[o + ERROR.wheelScale]);
        if (known) {
          P[o + ERROR.velocity + i] +=
            Fva[3 * i] * t0 +
            Fva[3 * i + 1] * t1 +
            Fva[3 * i + 2] * t2 -
            dt * (R[3 * i] * a0 + R[3 * i + 1] * a1 + R[3 * i + 2] * a2);
        }
        P[o + ERROR.attitude + i] -= dt * (R[3 * i] * g0 + R[3 * i + 1] * g1 + R[3 * i + 2] * g2);
      }
      P[o + ERROR.wheelScale] *= decay;
      P[o + ERROR.wheelTurn] *= decay;
    }
  }

  function addNoise(x: Float64Array, P: Float64Array, dt: number, known: boolean, blind: boolean, decay: number): void {
    const accel = known
      ? Math.max(noise.accel ** 2, noise.vibration ? x[NOMINAL.accelDensity] : 0)
      : UNKNOWN_ACCELERATION ** 2;
    const velocityNoise = accel * dt;
    const attitude =
      (blind ? UNKNOWN_TURN ** 2 : Math.max(noise.gyro ** 2, noise.vibration ? x[NOMINAL.gyroDensity] : 0)) * dt;
    const gyroBias = noise.gyroBiasWalk ** 2 * dt;
    const accelBias = noise.accelBiasWalk ** 2 * dt;
    for (let i = 0; i < 3; i += 1) {
      P[(ERROR.velocity + i) * (N + 1)] += velocityNoise;
      P[(ERROR.attitude + i) * (N + 1)] += attitude;
      P[(ERROR.gyroBias + i) * (N + 1)] += gyroBias;
      P[(ERROR.accelBias + i) * (N + 1)] += accelBias;
    }
    P[ERROR.wheelScale * (N + 1)] += noise.wheelScale ** 2 * (1 - decay * decay);
    P[ERROR.wheelTurn * (N + 1)] += noise.wheelTurn ** 2 * (1 - decay * decay);
  }

  return { predict };
}

/** q ← q ⊗ exp(w dt), renormalised; q stands at `o`. */
function rotateBy(x: Float64Array, o: number, wx: number, wy: number, wz: number, dt: number): void {
  const angle = Math.sqrt(wx * wx + wy * wy + wz * wz) * dt;
  const s = angle < 1e-4 ? 0.5 * dt : (Math.sin(angle / 2) / angle) * dt;
  applyRotation(x, o, Math.cos(angle / 2), s * wx, s * wy, s * wz, false);
}

/** q ← q ⊗ r, or r ⊗ q with `fromLeft`; renormalised. q stands at `o`. */
export function applyRotation(
  x: Float64Array,
  o: number,
  rw: number,
  rx: number,
  ry: number,
  rz: number,
  fromLeft: boolean,
): void {
  const sign = fromLeft ? -1 : 1;
  const w = x[o];
  const a = x[o + 1];
  const b = x[o + 2];
  const c = x[o + 3];
  // The vector part's cross product changes sign with the order.
  const nw = w * rw - a * rx - b * ry - c * rz;
  const na = w * rx + a * rw + sign * (b * rz - c * ry);
  const nb = w * ry + b * rw + sign * (c * rx - a * rz);
  const nc = w * rz + c * rw + sign * (a * ry - b * rx);
  const n = 1 / Math.sqrt(nw * nw + na * na + nb * nb + nc * nc);
  x[o] = nw * n;
  x[o + 1] = na * n;
  x[o + 2] = nb * n;
  x[o + 3] = nc * n;
}

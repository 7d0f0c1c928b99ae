import fc from 'fast-check';

const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((value) => value + 0);
const positive = fc.double({ noNaN: true, min: 0, max: 1e6 });
const vector = fc.tuple(number, number, number);
const matrix = (rows: number) =>
  fc.array(positive, { minLength: rows * rows, maxLength: rows * rows }).map((values) => Float64Array.from(values));
const maybe = <T>(what: fc.Arbitrary<T>) => fc.option(what, { nil: undefined });
const covariance3 = matrix(3);
const orientation = fc.constantFrom([1, 0, 0, 0] as const, [0, 0, 1, 0] as const, [0.8, 0, 0, 0.6] as const);
const pose = fc.record({ position: vector, orientation, covariance: maybe(matrix(6)) });
const twist = fc.record({ linear: vector, angular: vector, covariance: maybe(matrix(6)) });
const single = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const intrinsics = fc.record({ fx: positive, fy: positive, cx: number, cy: number });
const sized = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
const exactly = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });

/** Measurements of every kind that one daemon sends to another. */
export const measurements = fc.oneof(
  fc.record({
    kind: fc.constant('imu' as const),
    angularVelocity: vector,
    linearAcceleration: maybe(vector),
    orientation: maybe(orientation),
    orientationCovariance: maybe(covariance3),
    angularVelocityCovariance: maybe(covariance3),
  }),
  fc.record({ kind: fc.constant('magneticField' as const), field: vector, covariance: maybe(covariance3) }),
  fc.record({ kind: fc.constant('odometry' as const), childFrameId: fc.constant('base'), pose, twist: maybe(twist) }),
  fc.record({ kind: fc.constant('pose' as const), pose }),
  fc.record({ kind: fc.constant('twist' as const), twist }),
  fc.integer({ min: 1, max: 300 }).chain((rays) =>
    fc.record({
      kind: fc.constant('scan' as const),
      ...{ angleMin: single, angleMax: single, angleIncrement: single, timeIncrement: single, scanTime: single },
      ...{ rangeMin: single, rangeMax: single },
      ranges: fc.float32Array({ minLength: rays, maxLength: rays }),
      intensities: maybe(fc.float32Array({ minLength: rays, maxLength: rays })),
    }),
  ),
  fc.record({
    kind: fc.constant('range' as const),
    distance: maybe(positive),
    ...{ rangeMin: positive, rangeMax: positive, fieldOfView: fc.constant(0.5) },
    anchor: maybe(fc.constant('door')),
    variance: maybe(positive),
  }),
  fc.record({
    kind: fc.constant('scalar' as const),
    quantity: fc.constant('pressure' as const),
    value: number,
    variance: maybe(positive),
  }),
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.string(),
    language: maybe(fc.constant('en')),
    duration: fc.constant(0.4),
  }),
  fc.record({
    kind: fc.constant('fix' as const),
    ...{ latitude: fc.constant(46.9), longitude: fc.constant(-7.4), altitude: maybe(number) },
    quality: fc.constantFrom('fix' as const, 'sbas' as const),
    service: fc.constant(5),
    covariance: maybe(covariance3),
  }),
  fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 4 })).chain(([samples, channels]) =>
    fc.record({
      kind: fc.constant('audio' as const),
      sampleRate: fc.constant(16_000),
      channels: fc.constant(channels),
      missing: fc.nat(100),
      data: fc.int16Array({ minLength: samples * channels, maxLength: samples * channels }),
    }),
  ),
  fc.record({
    kind: fc.constant('image' as const),
    encoding: fc.constantFrom('jpeg', 'png'),
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    intrinsics: maybe(intrinsics),
  }),
  sized.chain(([width, height]) =>
    fc
      .constantFrom(['rgb8', 3] as const, ['yuyv', 2] as const, ['mono8', 1] as const, ['16UC1', 2] as const)
      .chain(([encoding, bytes]) =>
        fc.nat(5).chain((padding) =>
          fc.record({
            kind: fc.constant('image' as const),
            ...{ encoding: fc.constant(encoding), width: fc.constant(width), height: fc.constant(height) },
            rowStride: fc.constant(width * bytes + padding),
            bigEndian: maybe(fc.boolean()),
            data: exactly((width * bytes + padding) * height),
          }),
        ),
      ),
  ),
  sized.chain(([width, height]) =>
    fc.record({
      kind: fc.constant('depth' as const),
      ...{ width: fc.constant(width), height: fc.constant(height), scale: fc.constantFrom(0.001, 0.00025) },
      data: fc.uint16Array({ minLength: width * height, maxLength: width * height }),
      intrinsics: maybe(intrinsics),
    }),
  ),
  fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 4 })).chain(([width, height]) =>
    fc.record({
      kind: fc.constant('cloud' as const),
      ...{ width: fc.constant(width), height: fc.constant(height) },
      fields: fc.constant([
        { name: 'x', offset: 0, type: 'float32' as const, count: 1 },
        { name: 'ring', offset: 4, type: 'uint16' as const, count: 2 },
      ]),
      ...{ pointStride: fc.constant(9), rowStride: fc.constant(9 * width) },
      ...{ bigEndian: fc.boolean(), dense: fc.boolean() },
      data: exactly(9 * width * height),
    }),
  ),
);

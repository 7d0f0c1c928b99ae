import { Type, type Static } from '@sinclair/typebox';
import { Covariance, Provenance, Quaternion, Time, Vector3, head } from './common.ts';

const Twist = Type.Object(
  {
    linear: Vector3,
    angular: Vector3,
    covariance: Type.Optional(Covariance(6, 'row-major, order x y z rx ry rz, (m/s)² and (rad/s)²')),
  },
  { title: 'Twist', description: 'Linear velocity in m/s and angular velocity in rad/s.' },
);

export const VALIDITIES = ['initialising', 'valid', 'degraded', 'lost'] as const;

const Validity = Type.Union(
  VALIDITIES.map((word) => Type.Literal(word)),
  {
    description:
      'initialising: not settled yet; valid: covariance can be relied on; degraded: some inputs are absent or refused; ' +
      'lost: no longer bounded by any measurement',
  },
);
/** How far an estimate can be relied on. */
export type Validity = (typeof VALIDITIES)[number];

const validity = {
  validity: Type.Unsafe<Validity>(Validity),
  validity_reason: Type.Optional(Type.String({ description: 'why it is not valid, for people' })),
};

const SOURCE_FAULTS = ['disagrees', 'silent', 'stuck', 'not finite'] as const;

/** What can be wrong with a source of an estimate. */
export type SourceFaultKind = (typeof SOURCE_FAULTS)[number];

const SourceFault = Type.Object({
  source: Type.String({ description: '`imu`, `odometry`, `fix`, `twist`, `position`, or `range` and the anchor' }),
  fault: Type.Unsafe<SourceFaultKind>(
    Type.Union(
      SOURCE_FAULTS.map((word) => Type.Literal(word)),
      {
        description:
          'disagrees: with all else; silent: nothing comes of it; stuck: always the same, or clipped; not finite: it tells what is no number',
      },
    ),
  ),
  since: Type.Object(Time.properties, { description: 'when it began' }),
});

export const Pose = Type.Object(
  {
    ...head,
    frame_id: Type.String({ description: 'coordinate frame that the pose is given in' }),
    pose: Type.Object({
      position: Type.Object(Vector3.properties, { description: 'm' }),
      orientation: Type.Object(Quaternion.properties, { description: 'takes child_frame_id to frame_id' }),
    }),
    child_frame_id: Type.String({ description: 'coordinate frame whose pose it is' }),
    covariance: Type.Optional(
      Covariance(
        6,
        'of pose: row-major, order x y z rx ry rz, rotations about the fixed axes of frame_id, m² and rad²',
      ),
    ),
    twist: Type.Optional(Type.Object(Twist.properties, { description: 'velocity, expressed in child_frame_id' })),
    ...validity,
    faults: Type.Optional(
      Type.Array(SourceFault, { description: 'what is wrong with single sources; left out where nothing is' }),
    ),
    innovations: Type.Optional(
      Type.Record(Type.String(), Type.Number({ minimum: 0 }), {
        description:
          'of each source: mean squared innovation in standard deviations, for each degree of freedom; about 1 where noises are ' +
          'as configured',
      }),
    ),
    provenance: Provenance,
  },
  { title: 'Pose', description: 'Fused pose of the robot. A superset of foxglove.PoseInFrame.' },
);
export type Pose = Static<typeof Pose>;

export const Orientation = Type.Object(
  {
    ...head,
    frame_id: Type.String({ description: 'coordinate frame that the orientation is given in' }),
    child_frame_id: Type.String({ description: 'coordinate frame whose orientation it is' }),
    orientation: Type.Object(Quaternion.properties, { description: 'takes child_frame_id to frame_id' }),
    covariance: Type.Optional(Covariance(3, 'row-major, order rx ry rz, about the fixed axes of frame_id, rad²')),
    angular_velocity: Type.Optional(
      Type.Object(Vector3.properties, { description: 'rad/s, expressed in child_frame_id, bias removed' }),
    ),
    ...validity,
    provenance: Provenance,
  },
  { title: 'Orientation', description: 'Orientation from inertial and magnetic sensors alone.' },
);
export type Orientation = Static<typeof Orientation>;

export const FrameTransform = Type.Object(
  {
    timestamp: Time,
    parent_frame_id: Type.String(),
    child_frame_id: Type.String(),
    translation: Type.Object(Vector3.properties, { description: 'm: origin of the child in the parent' }),
    rotation: Type.Object(Quaternion.properties, { description: 'takes child_frame_id to parent_frame_id' }),
  },
  { title: 'FrameTransform', description: 'foxglove.FrameTransform: where one coordinate frame is in another.' },
);
export type FrameTransform = Static<typeof FrameTransform>;

export const FrameTransforms = Type.Object(
  {
    ...head,
    transforms: Type.Array(FrameTransform, { description: 'odom to base, and the fixed mounts of the sensors' }),
    provenance: Provenance,
  },
  { title: 'FrameTransforms', description: 'The tree of coordinate frames. A superset of foxglove.FrameTransforms.' },
);
export type FrameTransforms = Static<typeof FrameTransforms>;

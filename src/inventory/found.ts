/** Something that is plugged in. */
export interface FoundDevice {
  readonly kind: 'serial' | 'camera' | 'microphone' | 'iio' | 'i2c';
  /** Stays the same wherever it is plugged in, as far as the system can tell. */
  readonly id: string;
  /** What to open: `/dev/serial/by-id/…`, `/dev/video0`, `hw:1,0`, `iio:device0`, `/dev/i2c-1`. */
  readonly path: string;
  /** What it calls itself. */
  readonly name: string;
  /** USB vendor and product, hexadecimal: `10c4:ea60`. */
  readonly usb?: string;
  /** What a sensor of Industrial I/O measures: `imu`, `magneticField`, `temperature`, `pressure`, … */
  readonly measures?: readonly string[];
  /** Whether this user may open it; `undefined` where that cannot be told. */
  readonly isOpenable?: boolean;
}

import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file system of files (text) and links (`-> target`), as the kernel and udev would show it. */
export function fakeRoot(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sensorium-root-'));
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  return root;
}

export function put(root: string, path: string, content: string): void {
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  if (content.startsWith('-> ')) symlinkSync(content.slice(3), at);
  else writeFileSync(at, content);
}

/** A u-blox receiver with udev's link, a CP2102 without, a camera with two nodes, a USB microphone, an IMU over I2C, an I2C bus and a
 * display's. */
export const ROBOT: Readonly<Record<string, string>> = {
  'dev/serial/by-id/usb-u-blox_AG_ublox_GNSS-if00': '-> ../../ttyACM0',
  'dev/ttyACM0': '',
  'sys/devices/usb1/1-1/idVendor': '1546\n',
  'sys/devices/usb1/1-1/idProduct': '01a9\n',
  'sys/devices/usb1/1-1/manufacturer': 'u-blox AG\n',
  'sys/devices/usb1/1-1/product': 'u-blox GNSS receiver\n',
  'sys/devices/usb1/1-1/1-1:1.0/tty/ttyACM0/dev': '166:0\n',
  'sys/class/tty/ttyACM0': '-> ../../devices/usb1/1-1/1-1:1.0/tty/ttyACM0',
  'dev/ttyUSB0': '',
  'sys/devices/usb1/1-2/idVendor': '10c4\n',
  'sys/devices/usb1/1-2/idProduct': 'ea60\n',
  'sys/devices/usb1/1-2/product': 'CP2102 USB to UART Bridge Controller\n',
  'sys/devices/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0/device': '-> ../../../ttyUSB0',
  'sys/class/tty/ttyUSB0': '-> ../../devices/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0',
  'sys/class/tty/tty0/dev': '4:0',
  'dev/video0': '',
  'dev/v4l/by-id/usb-046d_HD_Pro_Webcam-video-index0': '-> ../../video0',
  'sys/class/video4linux/video0/name': 'HD Pro Webcam C920\n',
  'sys/class/video4linux/video0/index': '0\n',
  'sys/class/video4linux/video1/name': 'HD Pro Webcam C920\n',
  'sys/class/video4linux/video1/index': '1\n',
  'proc/asound/cards':
    ' 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi\n 1 [ArrayUAC10     ]: USB-Audio - ReSpeaker 4 Mic Array\n',
  'proc/asound/pcm':
    '00-00: MAI PCM i2s-hifi-0 : MAI PCM : playback 1\n01-00: USB Audio : USB Audio : playback 1 : capture 1\n',
  'sys/bus/iio/devices/iio:device0/name': 'lsm6ds3\n',
  'sys/bus/iio/devices/iio:device0/in_accel_x_raw': '0\n',
  'sys/bus/iio/devices/iio:device0/in_temp_raw': '0\n',
  'sys/bus/iio/devices/trigger0/name': 'x\n',
  'sys/class/i2c-dev/i2c-1/name': 'bcm2835 (i2c@7e804000)\n',
  'sys/class/i2c-dev/i2c-20/name': 'fef04500.i2c hdmi ddc\n',
  'dev/i2c-1': '',
  'etc/group': 'root:x:0:\ndialout:x:20:robot\nvideo:x:44:\naudio:x:29:\n',
};

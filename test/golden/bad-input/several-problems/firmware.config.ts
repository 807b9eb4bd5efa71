import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: 'main.ts',
  resources: [
    trace({ size: 2 }),
    trace(),
    rpmsgVdev({ num: 3 as never }),
    rpmsgVdev({ name: 'second' }),
  ],
});

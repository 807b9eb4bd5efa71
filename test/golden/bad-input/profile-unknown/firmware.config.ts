import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  profile: 'tiny' as never,
  debug: true as never,
  resources: [
    trace(),
    rpmsgVdev(),
  ],
});

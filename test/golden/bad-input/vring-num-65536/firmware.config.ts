import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [
    rpmsgVdev({ num: 65536 as never }),
  ],
});

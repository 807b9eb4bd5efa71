import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'client-sample',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev()],
});

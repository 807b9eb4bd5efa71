import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'bench-echo',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev()],
});

import { defineFirmware, rpmsgVdev } from 'rproc-sdk';

export default defineFirmware({
  name: 'bench-stack',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [rpmsgVdev()],
});

import { defineFirmware, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'template-name',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace({ size: 4096 })],
});

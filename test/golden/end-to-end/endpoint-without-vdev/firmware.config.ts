import { defineFirmware, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace()],
});

import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

function num(): never {
  throw new Error('cannot read the settings');
}

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev({ num: num() })],
});

import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [
    rpmsgVdev({ vringDa: [0x10060000, 0x10064004] }),
  ],
});

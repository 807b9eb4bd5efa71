import { defineFirmware, devmem } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    devmem({ name: 'uart', da: 0x40000000, pa: 0x40000000, size: 0x1000 }),
  ],
});

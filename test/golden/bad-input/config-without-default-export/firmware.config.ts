import { defineFirmware } from 'rproc-sdk';

export const firmware = defineFirmware({ name: 'x', board: 'virt-m4', entry: 'src/main.ts', resources: [] });

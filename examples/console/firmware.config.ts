import { defineFirmware, trace, vdev } from 'rproc-sdk';

export default defineFirmware({
  name: 'console',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [
    trace({ size: 2048 }),
    // Linux posts a page for each entry of vring 0, so that rings are small. Feature 0: config holds columns and rows.
    vdev({
      name: 'console',
      id: 3,
      features: [0],
      config: [80, 0, 25, 0],
      vrings: [{ num: 8 }, { num: 8 }],
    }),
    vdev({ name: 'serial', id: 11, vrings: [{ num: 4 }, { num: 4 }] }),
  ],
});

export default { name: 'firmware', board: 'virt-m4', entry: './src/main.ts', resources: ['trace'] };

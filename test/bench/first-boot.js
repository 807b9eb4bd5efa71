/** Run as a process of its own: prints the milliseconds of the first boot in it, engine load included. */
import { readFileSync } from 'node:fs';
import { findBoard } from '../../dist/boards/index.js';
import { Simulation } from '../../dist/host-sim/index.js';

const image = new Uint8Array(readFileSync(process.argv[2]));
const begin = performance.now();
const simulation = new Simulation({ board: findBoard('virt-m4') });
simulation.setFirmware('bench.elf', image);
await simulation.start();
simulation.runUntil(() => simulation.channels.length === 3, 1000);
console.log(performance.now() - begin);

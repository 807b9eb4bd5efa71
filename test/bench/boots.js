/**
 * Boots an image of board virt-m4 N times in a process of its own, as users run it: built, without a TypeScript
 * loader, whose hooks would be asked at every boot. Prints the milliseconds of each boot as JSON; the first one
 * loads the engine.
 *
 *   node boots.js IMAGE N
 */
import { readFileSync } from 'node:fs';
import { findBoard } from '../../dist/boards/index.js';
import { Simulation } from '../../dist/host-sim/index.js';

const image = new Uint8Array(readFileSync(process.argv[2]));
const board = findBoard('virt-m4');
const boots = [];
for (let i = 0; i < Number(process.argv[3]); i++) {
  const begin = performance.now();
  const simulation = new Simulation({ board });
  simulation.setFirmware('bench.elf', image);
  await simulation.start();
  if (!simulation.runUntil(() => simulation.channels.length === 3, 1000)) throw new Error('no channels');
  boots.push(performance.now() - begin);
}
console.log(JSON.stringify(boots));

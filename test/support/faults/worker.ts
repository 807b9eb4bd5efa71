/** A process that plays seeds of the fault volume: `worker.ts IMAGE FIRST COUNT STEP`, every STEP-th from FIRST on. */
import { readFileSync } from 'node:fs';
import { runWithFaults } from './run.js';
import { noSums, REPLAYED, type WorkerMessage } from './sums.js';

async function work([file, ...numbers]: readonly string[]): Promise<void> {
  const image = new Uint8Array(readFileSync(file));
  const [first, count, step] = numbers.map(Number);
  const tell = (message: WorkerMessage) => process.send!(message);
  const sums = noSums();
  for (let seed = first; sums.runs < count; seed += step) {
    tell({ playing: seed });
    const run = await runWithFaults(image, seed);
    const complaints = [...run.complaints];
    if (sums.runs % REPLAYED === 0) {
      sums.replayed++;
      const again = await runWithFaults(image, seed);
      if (again.record !== run.record)
        complaints.push(`a replay differs: ${difference(run.record, again.record)}`);
    }
    if (complaints.length > 0) tell({ failed: seed, complaints });
    sums.runs++;
    sums.received += run.received;
    sums.carried += run.carried;
    sums.timeouts += run.timeouts;
    sums.gaveUp += run.gaveUp;
    sums.endings[run.ending] = (sums.endings[run.ending] ?? 0) + 1;
    for (const { kind } of run.injected) sums.kinds[kind] = (sums.kinds[kind] ?? 0) + 1;
  }
  tell({ sums });
}

function difference(first: string, second: string): string {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  return at < 0 ? `line ${a.length + 1}: "${b[a.length]}"` : `line ${at + 1}: "${a[at]}" then "${b[at]}"`;
}

await work(process.argv.slice(2));

/** Runs the harness: once as it is for what it counts itself, and once under callgrind for instructions. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { virtM4 } from '../../../boards/virt-m4.js';
import { runSync } from '../../../runtime/native/build/run.js';
import { build } from '../../../sdk/build/build.js';
import { type Profile, parseCallgrind } from './callgrind.js';

/** What is exchanged with the firmware test/bench/echo. */
export interface Traffic {
  readonly service?: 'bench-echo' | 'bench-sink' | 'bench-source';
  /** Messages that the firmware sends for each one it gets. */
  readonly replies?: number;
  /** Messages to the firmware for each kick. */
  readonly batch: number;
  /** Payload bytes. */
  readonly size?: number;
  /** Added to the size in every other round through the buffers, so that no view can be used again. */
  readonly vary?: number;
  /** 1 gives the hal a barrier and a 16-bit store, as that of a core with weakly ordered memory has. */
  readonly barriers?: 0 | 1;
}

/** What the harness counts after the warm-up, over `messages` messages. */
export interface Counts {
  readonly messages: number;
  readonly turns: number;
  readonly malloc: number;
  readonly realloc: number;
  readonly free: number;
  readonly kicksToHost: number;
  /** Bytes that the engine holds when the program has been evaluated. */
  readonly heapAtStart: number;
  readonly heapGrowth: number;
  readonly programBytes: number;
}

/** From an empty engine to the first echo, in x86-64 instructions. */
export interface BringUp {
  readonly engine: number;
  readonly parse: number;
  readonly run: number;
  readonly driverOk: number;
  readonly firstMessage: number;
}

const firmware = fileURLToPath(new URL('../echo', import.meta.url));
/** Both rings twice around: every buffer has been mapped and every view made. */
const WARM = 512;
/** Messages to the firmware that are counted. */
export const MEASURED = 640;

/** An image on disk and the harness that boots it. */
export class NativeBench {
  private constructor(
    private readonly harness: string,
    private readonly dir: string,
    private readonly image: string,
  ) {}

  /** Builds the echo firmware for board virt-m4. `close` removes it. */
  static async open(harness: string): Promise<NativeBench> {
    const dir = mkdtempSync(join(tmpdir(), 'rproc-native-'));
    const image = join(dir, 'bench-echo.elf');
    writeFileSync(image, (await build({ dir: firmware, output: image })).image.elf);
    return new NativeBench(harness, dir, image);
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  count(traffic: Traffic): Counts {
    return JSON.parse(runSync(this.harness, this.args(traffic), this.dir));
  }

  /** Instructions of the remote side for the `MEASURED` messages, steady state. */
  profile(traffic: Traffic): Profile {
    return this.callgrind(traffic, 'measured_turn');
  }

  bringUp(): BringUp {
    const profile = this.callgrind({ batch: 64 }, 'phase_*');
    return {
      engine: profile.inclusive('phase_engine'),
      parse: profile.inclusive('phase_parse'),
      run: profile.inclusive('phase_run'),
      driverOk: profile.inclusive('phase_driver_ok'),
      firstMessage: profile.inclusive('phase_first_message'),
    };
  }

  private callgrind(traffic: Traffic, toggle: string): Profile {
    const out = join(this.dir, 'callgrind.out');
    const options = [
      '--tool=callgrind',
      `--callgrind-out-file=${out}`,
      '--compress-strings=no',
      '--compress-pos=no',
      `--toggle-collect=${toggle}`,
    ];
    runSync('valgrind', [...options, this.harness, ...this.args(traffic)], this.dir);
    return parseCallgrind(readFileSync(out, 'utf8'));
  }

  private args(traffic: Traffic): string[] {
    const place = (name: string) => virtM4.memory.find((region) => region.name === name)!.da;
    const regions = virtM4.memory;
    const da = Math.min(...regions.map((region) => region.da));
    const values = {
      ...{ da, pa: regions.find((region) => region.da === da)!.pa },
      len: Math.max(...regions.map((region) => region.da + region.len)) - da,
      ...{ vring0: place('vdev0vring0'), vring1: place('vdev0vring1'), buffers: place('vdev0buffer') },
      ...{ warm: WARM, count: MEASURED, ...traffic },
    };
    return [this.image, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)];
  }
}

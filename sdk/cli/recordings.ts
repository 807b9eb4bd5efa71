/** `--pcap` and `--trace` of `rproc run`: checked before the run, written after it. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type KernelVersion,
  type Recorder,
  RpmsgCapture,
  rpmsgDissector,
  TraceRecorder,
} from '../../host-sim/index.js';
import { recordingIsImage, recordingsEqual } from '../errors.js';
import { checkWritable, writeAll } from '../files/write-all.js';
import type { RunReport } from '../testing/run-image.js';
import { SDK_VERSION } from '../version.js';
import { holdingInterrupts } from './interrupts.js';
import type { Output } from './output.js';

interface Options {
  readonly pcap?: string;
  readonly trace?: string;
}

/** One file that the run is recorded into. */
interface Recording {
  readonly option: '--pcap' | '--trace';
  readonly file: string;
  readonly recorder: Recorder & { bytes(): Uint8Array };
  /** What it holds and what opens it. */
  summary(): string;
}

/** The recordings of one run. */
export interface Recordings {
  readonly recorders: readonly Recorder[];
  /** Writes the files, also after a crash; not when the image did not boot, which leaves nothing to show. */
  write(report: RunReport, output: Output): Promise<void>;
}

/** Throws ProblemError where a file cannot be written, before anything runs. */
export async function openRecordings(
  image: string,
  kernel: KernelVersion,
  options: Options,
): Promise<Recordings> {
  const recordings = recordingsFor(kernel, options);
  const [first, second] = recordings;
  if (second && resolve(first.file) === resolve(second.file)) throw recordingsEqual(first.file);
  for (const { option, file } of recordings) {
    if (resolve(file) === resolve(image)) throw recordingIsImage(option, image);
    await holdingInterrupts(() => checkWritable(file, option));
  }
  return {
    recorders: recordings.map(({ recorder }) => recorder),
    async write(report, output) {
      const ran = report.outcome !== 'boot failed';
      for (const { option, file, recorder, summary } of recordings) {
        if (ran) await holdingInterrupts(() => writeAll([[file, recorder.bytes()]], option));
        output.err(ran ? `${file}: ${summary()}\n` : `${file} was not written: the image did not boot\n`);
      }
    },
  };
}

function recordingsFor(kernel: KernelVersion, { pcap, trace }: Options): Recording[] {
  const recordings: Recording[] = [];
  if (pcap !== undefined) {
    const application = `rproc-sdk ${SDK_VERSION}`;
    const recorder = new RpmsgCapture({ os: `Linux ${kernel}, simulated`, application });
    const command = `wireshark -X lua_script:${fileURLToPath(rpmsgDissector)} ${pcap}`;
    const summary = () => `${recorder.messages} messages; ${command}`;
    recordings.push({ option: '--pcap', file: pcap, recorder, summary });
  }
  if (trace !== undefined) {
    const recorder = new TraceRecorder();
    const summary = () => `${recorder.count} events; https://ui.perfetto.dev or chrome://tracing`;
    recordings.push({ option: '--trace', file: trace, recorder, summary });
  }
  return recordings;
}

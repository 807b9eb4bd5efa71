/** ELF notes (gABI chapter 5, "Note Section"): header, name, descriptor, the last two padded to four bytes. */
import { ElfNhdr } from '../../runtime/abi/elf.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';

/** Name and type of the SDK's own note; its descriptor is the JSON text of `RprocNote`. */
export const RPROC_NOTE_NAME = 'rproc-sdk';
/** The only type of note so far. */
export const RPROC_NOTE_TYPE = 1;
/** Owner of `.note.gnu.build-id`. */
export const GNU_NOTE_NAME = 'GNU';

/** What of the engine a native image holds. `small`: no parser, RegExp, Date, Proxy, weak references. `full`: everything. */
export type EngineProfile = 'small' | 'full';

/** What the SDK's own note says about an image. */
export interface RprocNote {
  readonly board: string;
  /** Version of the SDK that built the image. */
  readonly sdk: string;
  /** Engine and its version. */
  readonly engine: string;
  /** False: the image holds no machine code, only simulated cores run it. */
  readonly native: boolean;
  /** Absent in images without machine code. */
  readonly profile?: EngineProfile;
}

/**
 * One note, ready to be a section's content.
 * @param name owner, written with its NUL
 * @param type meaning of the descriptor, chosen by the owner
 * @param desc descriptor bytes
 */
export function makeNote(name: string, type: number, desc: Uint8Array): Uint8Array {
  const owner = utf8Encode(name + '\0');
  const descAt = ElfNhdr.size + padded(owner.length);
  const note = new Uint8Array(descAt + padded(desc.length));
  note.set(ElfNhdr.pack({ n_namesz: owner.length, n_descsz: desc.length, n_type: type }));
  note.set(owner, ElfNhdr.size);
  note.set(desc, descAt);
  return note;
}

/** The SDK's own note, for `.note.rproc`. Key order is fixed, so equal contents give equal bytes. */
export function makeRprocNote({ board, sdk, engine, native, profile }: RprocNote): Uint8Array {
  return makeNote(
    RPROC_NOTE_NAME,
    RPROC_NOTE_TYPE,
    utf8Encode(JSON.stringify({ board, sdk, engine, native, profile })),
  );
}

function padded(size: number): number {
  return (size + 3) & ~3;
}

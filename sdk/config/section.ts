/** Sections that a firmware brings into the image beside its program. */
import { callerPlace } from './where.js';

/** What `section` takes: a name, and one of data, file and size. */
export type SectionOptions = {
  /** `.coefficients`; must not be one of the SDK's own sections. */
  readonly name: string;
  /** The board's image region that holds it; the first one when left out. */
  readonly region?: string;
  /** Bytes, a power of two; 16 when left out. */
  readonly align?: number;
} & (
  | { /** Content that Linux loads. */ readonly data: Uint8Array | readonly number[] }
  | { /** Content from a file, relative to the configuration. */ readonly file: string }
  | { /** Bytes of memory that Linux zeroes and the file does not hold. */ readonly size: number }
);

/** What `section` gives. */
export interface SectionDeclaration {
  readonly name: string;
  readonly region: string | undefined;
  readonly align: number;
  readonly data: Uint8Array | undefined;
  readonly file: string | undefined;
  readonly size: number | undefined;
  readonly where: string | undefined;
}

/** Data or memory at an address that the linker chooses; `atSection(name)` is that address. */
export function section(options: SectionOptions): SectionDeclaration {
  const { name, region, align = 16 } = options;
  return {
    name,
    region,
    align,
    data: 'data' in options ? Uint8Array.from(options.data) : undefined,
    file: 'file' in options ? options.file : undefined,
    size: 'size' in options ? options.size : undefined,
    where: callerPlace('section'),
  };
}

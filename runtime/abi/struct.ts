/**
 * One declaration per wire format: `struct('rpmsg_hdr', { src: u32, ... })` gives sizes, offsets,
 * pack, unpack and in-place access. Fields are packed in declaration order without padding and
 * little-endian, as the kernel's `__packed` structs are on every host that remoteproc runs on.
 */
import { utf8Decode, utf8Encode } from './utf8.js';

/** How one field is stored. `size` is in bytes. */
export interface FieldType<T> {
  readonly kind: string;
  readonly size: number;
  /** The value at byte `at` of `view`. */
  get(view: DataView, at: number): T;
  /** Stores `value` at byte `at`. Throws RangeError for one that the field cannot hold. */
  set(view: DataView, at: number, value: T): void;
}

function integer(kind: string, size: 1 | 2 | 4): FieldType<number> {
  const limit = 2 ** (8 * size);
  return {
    kind,
    size,
    get: (view, at) =>
      size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true),
    set(view, at, value) {
      if (!(value >= 0 && value < limit) || Math.floor(value) !== value) {
        throw new RangeError(value + ' does not fit ' + kind);
      }
      if (size === 1) view.setUint8(at, value);
      else if (size === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
    },
  };
}

export const u8 = integer('u8', 1);
export const u16 = integer('u16', 2);
export const u32 = integer('u32', 4);

/** 64-bit values are BigInt: only build-time and simulator formats (ELF64) use them. */
export const u64: FieldType<bigint> = {
  kind: 'u64',
  size: 8,
  get: (view, at) => view.getBigUint64(at, true),
  set(view, at, value) {
    if (value < BigInt(0) || value >> BigInt(64) !== BigInt(0))
      throw new RangeError(value + ' does not fit u64');
    view.setBigUint64(at, value, true);
  },
};

/** `length` elements of `type`; an array of another length is refused. */
export function array<T>(type: FieldType<T>, length: number): FieldType<T[]> {
  return {
    kind: type.kind + '[' + length + ']',
    size: type.size * length,
    get(view, at) {
      const values: T[] = [];
      for (let i = 0; i < length; i++) values.push(type.get(view, at + i * type.size));
      return values;
    },
    set(view, at, values) {
      if (values.length !== length) {
        throw new RangeError(values.length + ' elements do not fit ' + type.kind + '[' + length + ']');
      }
      for (let i = 0; i < length; i++) type.set(view, at + i * type.size, values[i]);
    },
  };
}

/** `length` raw bytes; `get` copies them. */
export function bytes(length: number): FieldType<Uint8Array> {
  return {
    kind: 'u8[' + length + ']',
    size: length,
    get: (view, at) => new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at, length).slice(),
    set(view, at, value) {
      if (value.length !== length) {
        throw new RangeError(value.length + ' bytes do not fit u8[' + length + ']');
      }
      new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at, length).set(value);
    },
  };
}

/** NUL-padded UTF-8 text of at most `length - 1` bytes; `get` stops at the first NUL. */
export function cstring(length: number): FieldType<string> {
  return {
    kind: 'char[' + length + ']',
    size: length,
    get(view, at) {
      const raw = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at, length);
      const end = raw.indexOf(0);
      return utf8Decode(end < 0 ? raw : raw.subarray(0, end));
    },
    set(view, at, value) {
      if (value.indexOf('\0') >= 0) throw new RangeError(JSON.stringify(value) + ' holds a NUL');
      const text = utf8Encode(value);
      if (text.length >= length) {
        throw new RangeError('"' + value + '" has ' + text.length + ' bytes; ' + (length - 1) + ' fit');
      }
      const raw = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at, length);
      raw.fill(0);
      raw.set(text);
    },
  };
}

/** The fields of a format, in order. */
export type Shape = { readonly [name: string]: FieldType<any> };
/** What a format unpacks to. */
export type Value<S extends Shape> = {
  -readonly [K in keyof S]: S[K] extends FieldType<infer T> ? T : never;
};

export interface Field {
  readonly name: string;
  readonly kind: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly size: number;
}

/** A declared wire format. It is a field type itself, so formats nest. */
export interface Struct<S extends Shape> extends FieldType<Value<S>> {
  readonly fields: readonly Field[];
  /** Offset of each field in bytes. */
  readonly offset: { readonly [K in keyof S]: number };
  /** `value` as `size` new bytes. Throws RangeError that names the field which does not fit. */
  pack(value: Value<S>): Uint8Array;
  /** Throws RangeError if fewer than `size` bytes are there. */
  unpack(from: Uint8Array, at?: number): Value<S>;
  /** An object whose properties read and write the bytes at `at` themselves. */
  over(from: Uint8Array, at?: number): Value<S>;
}

/** The value type of a declared format: `Unpacked<typeof RpmsgHdr>`. */
export type Unpacked<F> = F extends FieldType<infer T> ? T : never;

/** Declares a format: fields in this order, without padding, little-endian. `kind` names it in messages. */
export function struct<S extends Shape>(kind: string, shape: S): Struct<S> {
  const names = Object.keys(shape) as (keyof S & string)[];
  const offset = {} as { [K in keyof S]: number };
  const fields: Field[] = [];
  let size = 0;
  for (const name of names) {
    offset[name] = size;
    fields.push({ name, kind: shape[name].kind, offset: size, size: shape[name].size });
    size += shape[name].size;
  }

  function viewOf(from: Uint8Array, at: number): DataView {
    if (at < 0 || at + size > from.length) {
      throw new RangeError(kind + ' needs ' + size + ' bytes at ' + at + ', ' + from.length + ' are there');
    }
    return new DataView(from.buffer as ArrayBuffer, from.byteOffset + at, size);
  }

  function get(view: DataView, at: number): Value<S> {
    const value = {} as Value<S>;
    for (const name of names) value[name] = shape[name].get(view, at + offset[name]);
    return value;
  }

  function setField(view: DataView, at: number, name: keyof S & string, value: Value<S>[typeof name]): void {
    try {
      shape[name].set(view, at + offset[name], value);
    } catch (error) {
      throw new RangeError(kind + '.' + name + ': ' + (error as Error).message);
    }
  }

  function set(view: DataView, at: number, value: Value<S>): void {
    for (const name of names) setField(view, at, name, value[name]);
  }

  return {
    kind,
    size,
    fields,
    offset,
    get,
    set,
    pack(value) {
      const packed = new Uint8Array(size);
      set(new DataView(packed.buffer), 0, value);
      return packed;
    },
    unpack: (from, at = 0) => get(viewOf(from, at), 0),
    over(from, at = 0) {
      const view = viewOf(from, at);
      const live = {} as Value<S>;
      for (const name of names) {
        Object.defineProperty(live, name, {
          enumerable: true,
          get: () => shape[name].get(view, offset[name]),
          set: (value) => setField(view, 0, name, value),
        });
      }
      return live;
    },
  };
}

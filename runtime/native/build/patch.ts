/**
 * What is changed in the engine's source: few lines, each with its reason. A text that is not there exactly once means
 * another source than the one this was written for, and stops the build.
 */

export interface Edit {
  readonly file: string;
  readonly why: string;
  readonly from: string;
  readonly to: string;
}

export const EDITS: readonly Edit[] = [
  {
    file: 'quickjs.c',
    why: 'no threads: the Atomics object and the lock of class ids need pthread.h',
    from: '#define CONFIG_ATOMICS\n',
    to: '',
  },
  {
    file: 'quickjs.c',
    why: 'newlib and picolibc declare malloc_usable_size in malloc.h as well',
    from: '#elif defined(__linux__) || defined(__GLIBC__)\n#include <malloc.h>',
    to: '#elif defined(__linux__) || defined(__NEWLIB__)\n#include <malloc.h>',
  },
  {
    file: 'quickjs.c',
    why: 'time is UTC: newlib and picolibc have no tm_gmtoff, and time zones no place to be configured',
    from: '        struct tm tm;\n        localtime_r(&ti, &tm);\n        res = -tm.tm_gmtoff / 60;',
    to: '        (void)ti;\n        res = 0;',
  },
  {
    file: 'quickjs.c',
    why: "newlib-nano's printf knows no 64-bit numbers; this is the one that is printed outside of dumps",
    from: '        JS_ThrowRangeError(ctx, "invalid array index: %" PRId64, idx);\n',
    to:
      '        char text[24];\n        text[i64toa(text, idx)] = 0;\n' +
      '        JS_ThrowRangeError(ctx, "invalid array index: %s", text);\n',
  },
  {
    file: 'quickjs.c',
    why: 'images lack the members of built-in objects that their program never names (sdk/native/builtins.ts)',
    from: '        const JSCFunctionListEntry *e = &tab[i];\n        JSAtom atom = find_atom(ctx, e->name);\n        JS_Inst',
    to:
      '        const JSCFunctionListEntry *e = &tab[i];\n        if (!e->name)\n            continue;\n' +
      '        JSAtom atom = find_atom(ctx, e->name);\n        JS_Inst',
  },
  {
    file: 'quickjs.c',
    why: '8 bytes less for each object on 32-bit cores, whose other fields end at a word',
    from: '        JSValue object_data;    /*',
    to: '        JSValue object_data __attribute__((packed, aligned(4)));    /*',
  },
  {
    file: 'quickjs.c',
    why: '8 bytes less for each closed variable on 32-bit cores: a word fills the gap in front of the value',
    from:
      '    union {\n        JSValue value; /* used when is_detached = TRUE */\n        struct {\n' +
      '            struct list_head var_ref_link; /* JSStackFrame.var_ref_list list */\n' +
      '            struct JSAsyncFunctionState *async_func; /* != NULL if async stack frame */\n        };',
    to:
      '    struct JSAsyncFunctionState *async_func; /* != NULL if async stack frame */\n' +
      '    union {\n        JSValue value; /* used when is_detached = TRUE */\n        struct {\n' +
      '            struct list_head var_ref_link; /* JSStackFrame.var_ref_list list */\n        };',
  },
  {
    file: 'dtoa.c',
    why: 'nothing in it jumps, and wasi-libc has no setjmp.h',
    from: '#include <setjmp.h>\n',
    to: '',
  },
];

/** `text` of `file` with its edits. Throws Error where one does not fit. */
export function patched(file: string, text: string, edits: readonly Edit[] = EDITS): string {
  let result = text;
  for (const edit of edits.filter((one) => one.file === file)) {
    if (result.split(edit.from).length !== 2) {
      throw new Error(
        `${file} is not what runtime/native/build/patch.ts was written for (${edit.why}): ` +
          `${JSON.stringify(edit.from)} is there ${result.split(edit.from).length - 1} times, not once`,
      );
    }
    result = result.replace(edit.from, () => edit.to);
  }
  return result;
}

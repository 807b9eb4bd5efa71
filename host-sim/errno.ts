/** Error numbers as the kernel returns them (negated), from include/uapi/asm-generic/errno*.h and include/linux/errno.h. */
export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const ENOTDIR = 20;
export const EISDIR = 21;
export const EINVAL = 22;
export const ENOTTY = 25;
export const ENOSPC = 28;
export const EPIPE = 32;
export const ERANGE = 34;
export const ETIME = 62;
export const EOVERFLOW = 75;
export const EMSGSIZE = 90;
export const EOPNOTSUPP = 95;
export const ENETRESET = 102;
export const ENOBUFS = 105;
export const ERESTARTSYS = 512;
export const ENOTSUPP = 524;

/** What the C library says about an error number. */
const texts: { readonly [errno: number]: string } = {
  [EPERM]: 'Operation not permitted',
  [ENOENT]: 'No such file or directory',
  [EINTR]: 'Interrupted system call',
  [EIO]: 'Input/output error',
  [ENXIO]: 'No such device or address',
  [EAGAIN]: 'Resource temporarily unavailable',
  [ENOMEM]: 'Cannot allocate memory',
  [EACCES]: 'Permission denied',
  [EFAULT]: 'Bad address',
  [EBUSY]: 'Device or resource busy',
  [EEXIST]: 'File exists',
  [ENODEV]: 'No such device',
  [ENOTDIR]: 'Not a directory',
  [EISDIR]: 'Is a directory',
  [EINVAL]: 'Invalid argument',
  [ENOTTY]: 'Inappropriate ioctl for device',
  [ENOSPC]: 'No space left on device',
  [EPIPE]: 'Broken pipe',
  [ERANGE]: 'Numerical result out of range',
  [ETIME]: 'Timer expired',
  [EOVERFLOW]: 'Value too large for defined data type',
  [EMSGSIZE]: 'Message too long',
  [EOPNOTSUPP]: 'Operation not supported',
  [ENETRESET]: 'Network dropped connection on reset',
  [ENOBUFS]: 'No buffer space available',
  // Never seen by user space: the system call is begun again, or interrupted.
  [ERESTARTSYS]: 'Interrupted system call',
};

/** `strerror()`, of a positive or negative number. */
export function errorText(errno: number): string {
  const number = Math.abs(errno);
  return texts[number] ?? `Unknown error ${number}`;
}

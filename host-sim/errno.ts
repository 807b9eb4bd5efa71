/** Error numbers as the kernel returns them (negated), from include/uapi/asm-generic/errno*.h. */
export const EPERM = 1;
export const ENOENT = 2;
export const EIO = 5;
export const ENXIO = 6;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EFAULT = 14;
export const EBUSY = 16;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENOSPC = 28;
export const ETIME = 62;
export const EOVERFLOW = 75;
export const EMSGSIZE = 90;
export const ENOBUFS = 105;
export const ERESTARTSYS = 512;

/*
 * The engine has the C library print whole numbers only and prints floating point itself: picolibc's smaller printf is
 * enough. Its documented way, --defsym=vfprintf=__i_vfprintf, would have to be on the link line of every image.
 */
#include <stdarg.h>
#include <stdio.h>

int __i_vfprintf(FILE *stream, const char *format, va_list arguments);

int vfprintf(FILE *stream, const char *format, va_list arguments)
{
	return __i_vfprintf(stream, format, arguments);
}
